// Telemetry of drills, apart from that of live: an exercise must not look like an incident.
param location string
param tags object
param name string
param workspaceId string

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: name
  location: location
  tags: tags
  kind: 'web'
  properties: { Application_Type: 'web', WorkspaceResourceId: workspaceId, DisableLocalAuth: true }
}

output name string = insights.name
output connectionString string = insights.properties.ConnectionString
