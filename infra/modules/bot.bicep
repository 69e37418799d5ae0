// The bot of Teams: one tenant, no secret, because the ingest identity is the bot.
param tags object
param name string
param ingest object
param endpoint string
param workspaceId string

resource bot 'Microsoft.BotService/botServices@2022-09-15' = {
  name: name
  location: 'global'
  tags: tags
  kind: 'azurebot'
  sku: { name: 'F0' }
  properties: {
    displayName: 'Playbooks'
    endpoint: '${endpoint}/api/messages'
    msaAppType: 'UserAssignedMSI'
    msaAppId: ingest.clientId
    msaAppMSIResourceId: ingest.id
    msaAppTenantId: ingest.tenantId
    disableLocalAuth: true
  }

  resource teams 'channels' = {
    name: 'MsTeamsChannel'
    location: 'global'
    properties: { channelName: 'MsTeamsChannel', properties: { isEnabled: true } }
  }
}

resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: bot
  properties: { workspaceId: workspaceId, logs: [ { category: 'BotRequest', enabled: true } ] }
}
