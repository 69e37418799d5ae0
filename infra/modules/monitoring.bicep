// Where telemetry goes. Nobody sends with a key: local authentication is off.
param location string
param tags object
param suffix string
@description('Days for which logs are kept. Journals and evidence are kept elsewhere, and longer.')
param retentionDays int

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: 'log-${suffix}'
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: retentionDays
    features: { disableLocalAuth: true, enableLogAccessUsingOnlyResourcePermissions: true }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: 'appi-${suffix}'
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableLocalAuth: true
  }
}

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, 'rto')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Recovery time'
    category: 'workbook'
    sourceId: insights.id
    serializedData: string(loadJsonContent('../rto.workbook.json'))
  }
}

output workspaceId string = workspace.id
output insightsId string = insights.id
output insightsName string = insights.name
output connectionString string = insights.properties.ConnectionString
