// One host: a Functions app on Flex Consumption with its own storage, working in one environment. Deployed once for live and once for drills.
param location string
param tags object
param name string
@description('Name of the service in azure.yaml that is deployed here.')
param service string
param storageName string
@description('Name of the environment file that is deployed with the app.')
param environmentName string
@description('Reaches the host storage and the deployment package, and is the bot.')
param ingest object
@description('What playbooks act with.')
param actor object
param state object
param workspaceId string
param insightsName string
param insightsConnectionString string
param evidenceSecretUri string
@description('What signatures of model versions are checked with, in PEM; no secret.')
param artifactPublicKey string
param alerts object
param signIn object
@allowed([ 'storage', 'scheduler' ])
param durableBackend string
param scheduler object
param publicNetworkAccess string
param subnetId string
param instancesMax int

var package = 'package'
var backend = durableBackend == 'scheduler' ? [
  { name: 'AzureFunctionsJobHost__extensions__durableTask__storageProvider__type', value: 'azureManaged' }
  { name: 'AzureFunctionsJobHost__extensions__durableTask__storageProvider__connectionStringName', value: 'DTS_CONNECTION_STRING' }
  { name: 'AzureFunctionsJobHost__extensions__durableTask__hubName', value: scheduler.taskHub }
  { name: 'DTS_CONNECTION_STRING', value: 'Endpoint=${scheduler.endpoint};Authentication=ManagedIdentity;ClientID=${ingest.clientId}' }
] : []

resource storage 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: storageName
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: 'Standard_ZRS' }
  properties: {
    allowSharedKeyAccess: false
    allowBlobPublicAccess: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: publicNetworkAccess
    networkAcls: { defaultAction: publicNetworkAccess == 'Enabled' ? 'Allow' : 'Deny', bypass: 'AzureServices' }
  }

  resource blobs 'blobServices' = {
    name: 'default'
    resource packages 'containers' = { name: package }
  }
}

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: 'plan-${name}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { tier: 'FlexConsumption', name: 'FC1' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2024-04-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': service })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: union({ '${ingest.id}': {} }, { '${actor.id}': {} })
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: actor.id
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${storage.properties.primaryEndpoints.blob}${package}'
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: ingest.id }
        }
      }
      runtime: { name: 'dotnet-isolated', version: '10.0' }
      scaleAndConcurrency: {
        instanceMemoryMB: 2048
        maximumInstanceCount: instancesMax
        // One that is there at three in the morning: an alert is answered within two seconds.
        alwaysReady: [ { name: 'http', instanceCount: 1 }, { name: 'durable', instanceCount: 1 } ]
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      ftpsState: 'Disabled'
      appSettings: concat([
        { name: 'AzureWebJobsStorage__credential', value: 'managedidentity' }
        { name: 'AzureWebJobsStorage__clientId', value: ingest.clientId }
        { name: 'AzureWebJobsStorage__blobServiceUri', value: storage.properties.primaryEndpoints.blob }
        { name: 'AzureWebJobsStorage__queueServiceUri', value: storage.properties.primaryEndpoints.queue }
        { name: 'AzureWebJobsStorage__tableServiceUri', value: storage.properties.primaryEndpoints.table }
        { name: 'AzureWebJobsDisableHomepage', value: 'true' }
        { name: 'AZURE_CLIENT_ID', value: actor.clientId }
        { name: 'APPLICATIONINSIGHTS_CONNECTION_STRING', value: insightsConnectionString }
        { name: 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING', value: 'ClientId=${ingest.clientId};Authorization=AAD' }
        { name: 'PLAYBOOKS_ENVIRONMENT', value: environmentName }
        { name: 'PLAYBOOKS_STATE_BLOBS', value: state.blobs }
        { name: 'PLAYBOOKS_STATE_TABLES', value: state.tables }
        { name: 'PLAYBOOKS_EVIDENCE_KEY', value: '@Microsoft.KeyVault(SecretUri=${evidenceSecretUri})' }
        { name: 'PLAYBOOKS_ARTIFACT_PUBLIC_KEY', value: artifactPublicKey }
        { name: 'PLAYBOOKS_ALERTS_TENANT', value: alerts.tenant }
        { name: 'PLAYBOOKS_ALERTS_AUDIENCE', value: alerts.audience }
        { name: 'PLAYBOOKS_ALERTS_SUBSCRIPTIONS', value: alerts.subscriptions }
        { name: 'PLAYBOOKS_SIGNIN_TENANT', value: signIn.tenant }
        { name: 'PLAYBOOKS_SIGNIN_CLIENT', value: signIn.client }
        { name: 'PLAYBOOKS_SIGNIN_IDENTITY', value: empty(signIn.client) ? '' : ingest.clientId }
        { name: 'PLAYBOOKS_SIGNIN_URL', value: empty(signIn.client) ? '' : 'https://${name}.azurewebsites.net' }
      ], backend)
    }
  }
}

resource noFtp 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = {
  parent: app
  name: 'ftp'
  properties: { allow: false }
}

resource noPasswords 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = {
  parent: app
  name: 'scm'
  properties: { allow: false }
}

resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: app
  properties: { workspaceId: workspaceId, logs: [ { category: 'FunctionAppLogs', enabled: true } ], metrics: [ { category: 'AllMetrics', enabled: true } ] }
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

// The host and its telemetry send as ingest and as the actor: both, and nobody else.
resource publishing 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for identity in union([ ingest ], [ actor ]): {
  name: guid(insights.id, name, identity.id, 'publish')
  scope: insights
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '3913510d-42f4-4e42-8a64-420c390055eb')
    principalId: identity.principalId
    principalType: 'ServicePrincipal'
    description: 'Sends telemetry of the host; local authentication is off.'
  }
}]

// Locks of the host, its task hub and the deployment package. Owner of blobs, because the host leases and deletes them.
resource hostRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for role in [
  { id: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b', why: 'Leases, locks and the package of the host.' }
  { id: '974c5e8b-45b9-4653-ba55-5f855dd0fb88', why: 'Control and work-item queues of the task hub.' }
  { id: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3', why: 'Histories and instances of the task hub.' }
]: {
  name: guid(storage.id, ingest.id, role.id)
  scope: storage
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.id)
    principalId: ingest.principalId
    principalType: 'ServicePrincipal'
    description: role.why
  }
}]

output id string = app.id
output name string = app.name
output storageId string = storage.id
output url string = 'https://${app.properties.defaultHostName}'
