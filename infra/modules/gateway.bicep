// The gateway in front of the models: two replicas that are always there, an image from our own registry.
param location string
param tags object
param suffix string
param gateway object
param workspaceId string
param image string
param subnetId string

resource registry 'Microsoft.ContainerRegistry/registries@2023-07-01' = {
  name: 'crplaybooks${suffix}'
  location: location
  tags: tags
  sku: { name: 'Basic' }
  properties: { adminUserEnabled: false }
}

resource pulling 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(registry.id, gateway.id, 'pull')
  scope: registry
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '7f951dda-4ed3-4680-a7ca-43fe172d538d')
    principalId: gateway.principalId
    principalType: 'ServicePrincipal'
    description: 'Pulls the image of the gateway.'
  }
}

resource environment 'Microsoft.App/managedEnvironments@2024-03-01' = {
  name: 'cae-${suffix}'
  location: location
  tags: tags
  properties: {
    appLogsConfiguration: { destination: 'azure-monitor' }
    vnetConfiguration: empty(subnetId) ? null : { infrastructureSubnetId: subnetId }
    workloadProfiles: [ { name: 'Consumption', workloadProfileType: 'Consumption' } ]
  }
}

resource app 'Microsoft.App/containerApps@2024-03-01' = {
  name: 'ca-gateway-${suffix}'
  location: location
  tags: union(tags, { 'azd-service-name': 'gateway' })
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${gateway.id}': {} } }
  properties: {
    managedEnvironmentId: environment.id
    workloadProfileName: 'Consumption'
    configuration: {
      activeRevisionsMode: 'Single'
      ingress: { external: true, targetPort: 8080, allowInsecure: false, transport: 'http' }
      registries: [ { server: registry.properties.loginServer, identity: gateway.id } ]
    }
    template: {
      containers: [
        {
          name: 'gateway'
          image: image
          resources: { cpu: json('0.5'), memory: '1Gi' }
          env: [ { name: 'AZURE_CLIENT_ID', value: gateway.clientId } ]
        }
      ]
      scale: { minReplicas: 2, maxReplicas: 10 }
    }
  }
  dependsOn: [ pulling ]
}

resource environmentLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: environment
  properties: { workspaceId: workspaceId, logs: [ { categoryGroup: 'allLogs', enabled: true } ] }
}

resource registryLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: registry
  properties: { workspaceId: workspaceId, logs: [ { categoryGroup: 'audit', enabled: true } ] }
}

output registry string = registry.properties.loginServer
output url string = 'https://${app.properties.configuration.ingress.fqdn}'
