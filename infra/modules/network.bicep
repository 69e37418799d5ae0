// Private networking: the subnets of hosts, endpoints and gateway.
param location string
param tags object
param suffix string

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: 'vnet-${suffix}'
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: [ '10.20.0.0/16' ] }
    subnets: [
      { name: 'hosts', properties: { addressPrefix: '10.20.1.0/24', delegations: [ { name: 'flex', properties: { serviceName: 'Microsoft.App/environments' } } ] } }
      { name: 'endpoints', properties: { addressPrefix: '10.20.2.0/24' } }
      { name: 'gateway', properties: { addressPrefix: '10.20.4.0/23', delegations: [ { name: 'apps', properties: { serviceName: 'Microsoft.App/environments' } } ] } }
    ]
  }
}

output hosts string = '${network.id}/subnets/hosts'
output gateway string = '${network.id}/subnets/gateway'
output id string = network.id
output name string = network.name
