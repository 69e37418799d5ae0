// Switches that shops and portals read for themselves, and that playbooks turn.
param location string
param tags object
param name string
param executor object
param workspaceId string
param publicNetworkAccess string

resource store 'Microsoft.AppConfiguration/configurationStores@2024-05-01' = {
  name: name
  location: location
  tags: tags
  sku: { name: 'standard' }
  properties: { disableLocalAuth: true, publicNetworkAccess: publicNetworkAccess, enablePurgeProtection: true, softDeleteRetentionInDays: 7, dataPlaneProxy: { authenticationMode: 'Pass-through' } }

  resource recommendations 'keyValues' = {
    name: '.appconfig.featureflag~2Frecommendations'
    properties: {
      value: string({ id: 'recommendations', description: 'Recommendations of the shop come from the model.', enabled: true, conditions: { client_filters: [] } })
      contentType: 'application/vnd.microsoft.appconfig.ff+json;charset=utf-8'
    }
  }
}

resource turning 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(store.id, executor.id, 'turn')
  scope: store
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '5ae67dd6-50cb-40e7-96ff-dc2bfa4b606b')
    principalId: executor.principalId
    principalType: 'ServicePrincipal'
    description: 'Playbooks turn feature flags.'
  }
}

resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: store
  properties: { workspaceId: workspaceId, logs: [ { categoryGroup: 'audit', enabled: true } ] }
}

output endpoint string = store.properties.endpoint
