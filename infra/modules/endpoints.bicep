// Private networking: accounts and vault are reached from the network alone.
param location string
param tags object
param suffix string
param networkId string
param networkName string
@description('Each with: a short name, the resource, its group, and its private DNS zone.')
param endpoints array

var zones = union(map(endpoints, endpoint => endpoint.zone), [])

resource dns 'Microsoft.Network/privateDnsZones@2020-06-01' = [for zone in zones: {
  name: zone
  location: 'global'
  tags: tags
}]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2020-06-01' = [for (zone, index) in zones: {
  parent: dns[index]
  name: 'to-network'
  location: 'global'
  properties: { registrationEnabled: false, virtualNetwork: { id: networkId } }
}]

resource privately 'Microsoft.Network/privateEndpoints@2024-05-01' = [for endpoint in endpoints: {
  name: 'pe-${endpoint.name}-${suffix}'
  location: location
  tags: tags
  properties: {
    subnet: { id: resourceId('Microsoft.Network/virtualNetworks/subnets', networkName, 'endpoints') }
    privateLinkServiceConnections: [ { name: endpoint.name, properties: { privateLinkServiceId: endpoint.id, groupIds: [ endpoint.group ] } } ]
  }
}]

resource zoneGroups 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01' = [for (endpoint, index) in endpoints: {
  parent: privately[index]
  name: 'default'
  properties: { privateDnsZoneConfigs: [ { name: 'zone', properties: { privateDnsZoneId: resourceId('Microsoft.Network/privateDnsZones', endpoint.zone) } } ] }
  dependsOn: [ dns ]
}]
