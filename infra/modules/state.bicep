// What a host must not lose: journals, and the rest of its state. One account for each host, so that a drill's identity has no way to a live journal.
param location string
param tags object
param name string
param workspaceId string
@description('Days for which nobody, the host included, can change or delete what a journal holds.')
param immutabilityDays int
param publicNetworkAccess string

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: 'Standard_GZRS' }
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
    properties: {
      isVersioningEnabled: true
      deleteRetentionPolicy: { enabled: true, days: 30 }
      containerDeleteRetentionPolicy: { enabled: true, days: 30 }
    }

    resource journals 'containers' = {
      name: 'journals'
      properties: { publicAccess: 'None' }

      // Appending stays possible; what was appended stays. It is locked by hand when everybody has seen that it works: that cannot be taken back.
      resource policy 'immutabilityPolicies' = {
        name: 'default'
        properties: { immutabilityPeriodSinceCreationInDays: immutabilityDays, allowProtectedAppendWrites: true }
      }
    }

    resource state 'containers' = {
      name: 'state'
      properties: { publicAccess: 'None' }
    }

    // Packs are written once and never changed.
    resource evidence 'containers' = {
      name: 'evidence'
      properties: { publicAccess: 'None' }

      resource policy 'immutabilityPolicies' = {
        name: 'default'
        properties: { immutabilityPeriodSinceCreationInDays: immutabilityDays, allowProtectedAppendWrites: false }
      }
    }
  }

  resource tables 'tableServices' = {
    name: 'default'

    resource alerts 'tables' = { name: 'alerts' }
    resource runs 'tables' = { name: 'runs' }
  }

  // Outcomes of attempts are asked for while their run goes on, and never again.
  resource lifecycle 'managementPolicies' = {
    name: 'default'
    properties: {
      policy: {
        rules: [
          {
            name: 'outcomes'
            type: 'Lifecycle'
            definition: {
              filters: { blobTypes: [ 'blockBlob' ], prefixMatch: [ 'state/outcomes/' ] }
              actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: 180 } }, version: { delete: { daysAfterCreationGreaterThan: 180 } } }
            }
          }
        ]
      }
    }
    dependsOn: [ blobs ]
  }
}

resource blobLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: account::blobs
  properties: { workspaceId: workspaceId, logs: [ { categoryGroup: 'audit', enabled: true } ] }
}

resource tableLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: account::tables
  properties: { workspaceId: workspaceId, logs: [ { categoryGroup: 'audit', enabled: true } ] }
}

output id string = account.id
output name string = account.name
output blobs string = account.properties.primaryEndpoints.blob
output tables string = account.properties.primaryEndpoints.table
