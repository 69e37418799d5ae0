// What an identity may do with one storage account, and why. Scoped to the account or to one container or queue of it.
param account string
param principalId string
@description('Each with: id of the role, why, and container or queue where it is for one alone.')
param roles array

resource storage 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: account

  resource blobs 'blobServices' existing = {
    name: 'default'
  }
}

resource containers 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' existing = [for role in filter(roles, role => contains(role, 'container')): {
  parent: storage::blobs
  name: role.container
}]

resource onAccount 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for role in filter(roles, role => !contains(role, 'container')): {
  name: guid(storage.id, principalId, role.id)
  scope: storage
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.id)
    principalId: principalId
    principalType: 'ServicePrincipal'
    description: role.why
  }
}]

resource onContainer 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for (role, index) in filter(roles, role => contains(role, 'container')): {
  name: guid(storage.id, principalId, role.id, role.container)
  scope: containers[index]
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.id)
    principalId: principalId
    principalType: 'ServicePrincipal'
    description: role.why
  }
}]
