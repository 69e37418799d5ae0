#!/bin/sh
# What an administrator of the tenant does once, after the first `azd provision`: the applications that our doors stand for, who may knock at them, and what the
# bot's identity may read in Microsoft Graph. Made with the Azure CLI; running it again changes nothing that is there. It makes no secret.
# Needs: Application Administrator, and Privileged Role Administrator for Graph.
set -eu
: "${PLAYBOOKS_URL:?run it with the values of azd: eval \"\$(azd env get-values | sed 's/^/export /')\"}"
: "${PLAYBOOKS_INGEST_PRINCIPAL:?}" "${PLAYBOOKS_BOT_ID:?}" "${AZURE_ENV_NAME:?}"
tenant=$(az account show --query tenantId --output tsv)
graph_app=00000003-0000-0000-c000-000000000000
monitor_app=461e8683-5575-4561-ac7f-899cc907d62a
alerts_role=9c8f4d9e-6f0e-4c55-9f3b-2f8d8f6b5a01

application() { # display name
  id=$(az ad app list --display-name "$1" --query "[0].appId" --output tsv)
  [ -n "$id" ] || id=$(az ad app create --display-name "$1" --sign-in-audience AzureADMyOrg --query appId --output tsv)
  az ad sp show --id "$id" >/dev/null 2>&1 || az ad sp create --id "$id" >/dev/null
  echo "$id"
}

grant() { # principal, resource's principal, role
  held=$(az rest --method get --url "https://graph.microsoft.com/v1.0/servicePrincipals/$1/appRoleAssignments" --query "value[?appRoleId=='$3'] | length(@)" --output tsv)
  [ "$held" -gt 0 ] || az rest --method post --url "https://graph.microsoft.com/v1.0/servicePrincipals/$1/appRoleAssignments" \
    --body "{\"principalId\":\"$1\",\"resourceId\":\"$2\",\"appRoleId\":\"$3\"}" >/dev/null
}

echo "The door for alerts"
alerts=$(application "playbooks-alerts-$AZURE_ENV_NAME")
az ad app update --id "$alerts" --identifier-uris "api://$alerts" --set api.requestedAccessTokenVersion=2 \
  --app-roles "[{\"id\":\"$alerts_role\",\"allowedMemberTypes\":[\"Application\"],\"displayName\":\"ActionGroupsSecureWebhook\",\"description\":\"Sends alerts\",\"isEnabled\":true,\"value\":\"ActionGroupsSecureWebhook\"}]"
alerts_object=$(az ad sp show --id "$alerts" --query id --output tsv)
az ad sp show --id "$monitor_app" >/dev/null 2>&1 || az ad sp create --id "$monitor_app" >/dev/null
grant "$(az ad sp show --id "$monitor_app" --query id --output tsv)" "$alerts_object" "$alerts_role"
# Whoever writes the action group must own the application.
az ad app owner add --id "$alerts" --owner-object-id "$(az ad signed-in-user show --query id --output tsv)" 2>/dev/null || true

echo "The door for people"
people=$(application "playbooks-$AZURE_ENV_NAME")
az ad app update --id "$people" --web-redirect-uris "$PLAYBOOKS_URL/sign-in/callback" --set api.requestedAccessTokenVersion=2
# The host proves itself with a token of its identity: there is no secret that could leak or expire.
az ad app federated-credential show --id "$people" --federated-credential-id host >/dev/null 2>&1 || az ad app federated-credential create --id "$people" \
  --parameters "{\"name\":\"host\",\"issuer\":\"https://login.microsoftonline.com/$tenant/v2.0\",\"subject\":\"$PLAYBOOKS_INGEST_PRINCIPAL\",\"audiences\":[\"api://AzureADTokenExchange\"]}" >/dev/null

echo "What the bot's identity may read, and how it may nudge"
graph=$(az ad sp show --id "$graph_app" --query id --output tsv)
for role in User.Read.All GroupMember.Read.All Schedule.Read.All TeamsActivity.Send Mail.Send; do
  grant "$PLAYBOOKS_INGEST_PRINCIPAL" "$graph" "$(az ad sp show --id "$graph_app" --query "appRoles[?value=='$role' && contains(allowedMemberTypes,'Application')].id | [0]" --output tsv)"
done

echo "Now let azd know them and provision once more:"
echo "  azd env set PLAYBOOKS_ALERTS_APP $alerts"
echo "  azd env set PLAYBOOKS_ALERTS_APP_OBJECT $alerts_object"
echo "  azd env set PLAYBOOKS_SIGNIN_APP $people"
echo "  azd provision"
echo "Mail.Send reaches every mailbox until you scope it to one with Exchange RBAC for Applications."
