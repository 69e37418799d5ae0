// Who does what. Ingest faces outward and may change nothing that a playbook recovers; the executor may, in live; drills have an identity of their own.
param location string
param tags object
param suffix string

resource ingest 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-ingest-${suffix}'
  location: location
  tags: tags
}

resource executor 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-executor-${suffix}'
  location: location
  tags: tags
}

resource drill 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-drill-${suffix}'
  location: location
  tags: tags
}

resource gateway 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-gateway-${suffix}'
  location: location
  tags: tags
}

output ingest object = { id: ingest.id, clientId: ingest.properties.clientId, principalId: ingest.properties.principalId, tenantId: ingest.properties.tenantId }
output executor object = { id: executor.id, clientId: executor.properties.clientId, principalId: executor.properties.principalId }
output drill object = { id: drill.id, clientId: drill.properties.clientId, principalId: drill.properties.principalId }
output gateway object = { id: gateway.id, clientId: gateway.properties.clientId, principalId: gateway.properties.principalId }
