// The Durable Task Scheduler, where Azure Storage saturates; docs/scale.md says when.
param location string
param tags object
param name string
param ingest object
param taskHubs array

resource scheduler 'Microsoft.DurableTask/schedulers@2025-11-01' = {
  name: name
  location: location
  tags: tags
  properties: { sku: { name: 'Consumption' }, ipAllowlist: [ '0.0.0.0/0' ] }
}

resource hubs 'Microsoft.DurableTask/schedulers/taskHubs@2025-11-01' = [for hub in taskHubs: {
  parent: scheduler
  name: hub
}]

resource working 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(scheduler.id, ingest.id, 'work')
  scope: scheduler
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '0ad04412-c4d5-4796-b79c-f76d14c8d402')
    principalId: ingest.principalId
    principalType: 'ServicePrincipal'
    description: 'Runs orchestrations in the task hubs of the hosts.'
  }
}

output endpoint string = scheduler.properties.endpoint
