targetScope = 'subscription'

@minLength(1)
@maxLength(32)
@description('Name of the azd environment: part of names and tags.')
param environmentName string

@minLength(1)
@description('Azure region of everything that has one.')
param location string

@description('Deploys the second host, which drills run in, with targets of its own.')
param drills bool = true

@description('Where orchestrations are kept: Azure Storage, or the Durable Task Scheduler.')
@allowed([ 'storage', 'scheduler' ])
param durableBackend string = 'storage'

@description('Live accounts and vault are reached through private endpoints alone; what drills use stays reachable with an identity.')
param privateNetworking bool = false

@description('The Entra application that stands for our door for alerts, made by administrator.sh; empty until then, and alerts are not let in.')
param alertsApplicationId string = ''

@description('Object id of its service principal.')
param alertsApplicationObjectId string = ''

@description('The Entra application that people sign in with, made by administrator.sh; empty until then, and pages are shut.')
param signInApplicationId string = ''

@description('Public key, in PEM, that signatures of model versions are checked with.')
param artifactPublicKey string = ''

@description('Mail addresses that hear of alerts without anything of ours in between.')
param receivers array = []

@description('Weekly window of drills, for example { day: "Tuesday", from: "03:00:00", to: "05:00:00" }; empty for none.')
param drillWindow object = {}

@description('Days for which journals, packs and anchors cannot be changed.')
@minValue(1)
@maxValue(3650)
param immutabilityDays int = 365

@description('Days for which logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 90

@description('Instances of a host, at most.')
@minValue(1)
@maxValue(1000)
param instancesMax int = 40

@description('Image of the gateway; azd puts ours in place of the first one.')
param gatewayImage string = 'mcr.microsoft.com/dotnet/samples:aspnetapp'

var suffix = take(uniqueString(subscription().id, environmentName, location), 10)
var tags = { 'azd-env-name': environmentName }
var liveTags = union(tags, { 'playbooks-for': 'live' })
var drillTags = union(tags, { 'playbooks-for': 'drill' })
var publicNetworkAccess = privateNetworking ? 'Disabled' : 'Enabled'
var tenant = subscription().tenantId
var evidenceSecret = 'evidence-key'
var taskHubs = drills ? [ 'live', 'drill' ] : [ 'live' ]
var blobContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
var queueContributor = '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
var tableContributor = '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
var stateRoles = [
  { id: blobContributor, why: 'Appends to journals, keeps outcomes, texts, deliveries and keys, writes evidence.' }
  { id: tableContributor, why: 'Keeps alerts and the list of runs.' }
]
var anchorRoles = [ { id: blobContributor, container: 'anchors', why: 'Anchors the heads of journals; what lies there is immutable.' } ]
var targetRoles = [
  { id: blobContributor, container: 'models', why: 'Restores and promotes model versions.' }
  { id: blobContributor, container: 'gateway', why: 'Isolates models and brings them back.' }
  { id: queueContributor, why: 'Reprocesses dead-lettered jobs.' }
  { id: tableContributor, why: 'Keeps the ledgers of dead letters and erasures.' }
]

resource shared 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

// A group of its own: nothing that is granted in it reaches anything live.
resource exercise 'Microsoft.Resources/resourceGroups@2024-03-01' = if (drills) {
  name: 'rg-${environmentName}-drill'
  location: location
  tags: drillTags
}

// And one for anchors, whose administrators need not be those of the rest.
resource safe 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-${environmentName}-anchors'
  location: location
  tags: tags
}

module identities 'modules/identities.bicep' = {
  scope: shared
  name: 'identities'
  params: { location: location, tags: tags, suffix: suffix }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: shared
  name: 'monitoring'
  params: { location: location, tags: tags, suffix: suffix, retentionDays: logRetentionDays }
}

module scheduler 'modules/scheduler.bicep' = if (durableBackend == 'scheduler') {
  scope: shared
  name: 'scheduler'
  params: { location: location, tags: tags, name: 'dts-${suffix}', ingest: identities.outputs.ingest, taskHubs: taskHubs }
}

module anchors 'modules/anchors.bicep' = {
  scope: safe
  name: 'anchors'
  params: { location: location, tags: tags, name: 'stanchor${suffix}', workspaceId: monitoring.outputs.workspaceId, immutabilityDays: immutabilityDays, publicNetworkAccess: publicNetworkAccess }
}

module vault 'modules/vault.bicep' = {
  scope: shared
  name: 'vault'
  params: { location: location, tags: liveTags, name: 'kv-${suffix}', workspaceId: monitoring.outputs.workspaceId, publicNetworkAccess: publicNetworkAccess }
}

module state 'modules/state.bicep' = {
  scope: shared
  name: 'state'
  params: { location: location, tags: liveTags, name: 'ststate${suffix}', workspaceId: monitoring.outputs.workspaceId, immutabilityDays: immutabilityDays, publicNetworkAccess: publicNetworkAccess }
}

module targets 'modules/targets.bicep' = {
  scope: shared
  name: 'targets'
  params: { location: location, tags: liveTags, name: 'sttarget${suffix}', workspaceId: monitoring.outputs.workspaceId, publicNetworkAccess: publicNetworkAccess }
}

module live 'modules/host.bicep' = {
  scope: shared
  name: 'live'
  params: {
    location: location
    tags: liveTags
    name: 'func-live-${suffix}'
    service: 'live'
    storageName: 'sthost${suffix}'
    environmentName: 'azure'
    ingest: identities.outputs.ingest
    actor: identities.outputs.executor
    state: { blobs: state.outputs.blobs, tables: state.outputs.tables }
    workspaceId: monitoring.outputs.workspaceId
    insightsName: monitoring.outputs.insightsName
    insightsConnectionString: monitoring.outputs.connectionString
    evidenceSecretUri: '${vault.outputs.uri}secrets/${evidenceSecret}'
    artifactPublicKey: artifactPublicKey
    alerts: { tenant: empty(alertsApplicationId) ? '' : tenant, audience: alertsApplicationId, subscriptions: subscription().subscriptionId }
    signIn: { tenant: empty(signInApplicationId) ? '' : tenant, client: signInApplicationId }
    durableBackend: durableBackend
    scheduler: { endpoint: durableBackend == 'scheduler' ? scheduler!.outputs.endpoint : '', taskHub: 'live' }
    publicNetworkAccess: publicNetworkAccess
    subnetId: privateNetworking ? network!.outputs.hosts : ''
    instancesMax: instancesMax
  }
}

module liveState 'modules/grants.bicep' = {
  scope: shared
  name: 'liveState'
  params: { account: state.outputs.name, principalId: identities.outputs.executor.principalId, roles: stateRoles }
}

module liveTargets 'modules/grants.bicep' = {
  scope: shared
  name: 'liveTargets'
  params: { account: targets.outputs.name, principalId: identities.outputs.executor.principalId, roles: targetRoles }
}

module liveAnchors 'modules/grants.bicep' = {
  scope: safe
  name: 'liveAnchors'
  params: { account: anchors.outputs.name, principalId: identities.outputs.executor.principalId, roles: anchorRoles }
}

module liveSecrets 'modules/secretReader.bicep' = {
  scope: shared
  name: 'liveSecrets'
  params: { vaultName: vault.outputs.name, principalId: identities.outputs.executor.principalId }
}

module gatewayState 'modules/grants.bicep' = {
  scope: shared
  name: 'gatewayState'
  params: {
    account: targets.outputs.name
    principalId: identities.outputs.gateway.principalId
    roles: [ { id: blobContributor, container: 'gateway', why: 'Reads the state of models and confirms what it has applied.' } ]
  }
}

module bot 'modules/bot.bicep' = {
  scope: shared
  name: 'bot'
  params: { tags: liveTags, name: 'bot-${suffix}', ingest: identities.outputs.ingest, endpoint: live.outputs.url, workspaceId: monitoring.outputs.workspaceId }
}

module alerts 'modules/alerts.bicep' = {
  scope: shared
  name: 'alerts'
  params: {
    location: location
    tags: liveTags
    suffix: suffix
    hostUrl: live.outputs.url
    insightsId: monitoring.outputs.insightsId
    targetsId: targets.outputs.id
    application: { objectId: alertsApplicationObjectId, identifierUri: 'api://${alertsApplicationId}', tenantId: tenant }
    receivers: receivers
    drillWindow: empty(drillWindow) || !drills ? {} : union(drillWindow, { scope: exercise.id })
  }
}

module gateway 'modules/gateway.bicep' = {
  scope: shared
  name: 'gateway'
  params: {
    location: location
    tags: liveTags
    suffix: suffix
    gateway: identities.outputs.gateway
    workspaceId: monitoring.outputs.workspaceId
    image: gatewayImage
    subnetId: privateNetworking ? network!.outputs.gateway : ''
  }
}

module flags 'modules/flags.bicep' = {
  scope: shared
  name: 'flags'
  params: { location: location, tags: liveTags, name: 'appcs-${suffix}', executor: identities.outputs.executor, workspaceId: monitoring.outputs.workspaceId, publicNetworkAccess: 'Enabled' }
}

module network 'modules/network.bicep' = if (privateNetworking) {
  scope: shared
  name: 'network'
  params: { location: location, tags: tags, suffix: suffix }
}

module endpoints 'modules/endpoints.bicep' = if (privateNetworking) {
  scope: shared
  name: 'endpoints'
  params: {
    location: location
    tags: tags
    suffix: suffix
    networkId: network!.outputs.id
    networkName: network!.outputs.name
    endpoints: concat(
      map([ 'blob', 'queue', 'table' ], group => { name: 'host-${group}', id: live.outputs.storageId, group: group, zone: 'privatelink.${group}.${environment().suffixes.storage}' }),
      map([ 'blob', 'table' ], group => { name: 'state-${group}', id: state.outputs.id, group: group, zone: 'privatelink.${group}.${environment().suffixes.storage}' }),
      map([ 'blob', 'queue', 'table' ], group => { name: 'targets-${group}', id: targets.outputs.id, group: group, zone: 'privatelink.${group}.${environment().suffixes.storage}' }),
      [
        { name: 'anchors-blob', id: anchors.outputs.id, group: 'blob', zone: 'privatelink.blob.${environment().suffixes.storage}' }
        { name: 'vault', id: vault.outputs.id, group: 'vault', zone: 'privatelink.vaultcore.azure.net' }
      ])
  }
}

// Asks Azure Monitor which alerts have fired that never arrived.
resource readAlerts 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(subscription().id, environmentName, 'read-alerts')
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '43d0d8ad-25c7-4714-9337-8ba259a9fe05')
    principalId: identities.outputs.executor.principalId
    principalType: 'ServicePrincipal'
    description: 'Finds alerts that fired and never arrived; reads monitoring data and nothing else.'
  }
}

module drillVault 'modules/vault.bicep' = if (drills) {
  scope: exercise
  name: 'drillVault'
  params: { location: location, tags: drillTags, name: 'kvd-${suffix}', workspaceId: monitoring.outputs.workspaceId, publicNetworkAccess: 'Enabled' }
}

module drillState 'modules/state.bicep' = if (drills) {
  scope: exercise
  name: 'drillState'
  params: { location: location, tags: drillTags, name: 'stdstate${suffix}', workspaceId: monitoring.outputs.workspaceId, immutabilityDays: immutabilityDays, publicNetworkAccess: 'Enabled' }
}

module drillTargets 'modules/targets.bicep' = if (drills) {
  scope: exercise
  name: 'drillTargets'
  params: { location: location, tags: drillTags, name: 'stdtarget${suffix}', workspaceId: monitoring.outputs.workspaceId, publicNetworkAccess: 'Enabled' }
}

module drillAnchors 'modules/anchors.bicep' = if (drills) {
  scope: exercise
  name: 'drillAnchors'
  params: { location: location, tags: drillTags, name: 'stdanchor${suffix}', workspaceId: monitoring.outputs.workspaceId, immutabilityDays: immutabilityDays, publicNetworkAccess: 'Enabled' }
}

module drill 'modules/host.bicep' = if (drills) {
  scope: exercise
  name: 'drill'
  params: {
    location: location
    tags: drillTags
    name: 'func-drill-${suffix}'
    service: 'drill'
    storageName: 'stdhost${suffix}'
    environmentName: 'azure-drill'
    // Of a drill, the identity that acts faces outward as well: it has nothing live to lose.
    ingest: identities.outputs.drill
    actor: identities.outputs.drill
    state: { blobs: drillState!.outputs.blobs, tables: drillState!.outputs.tables }
    workspaceId: monitoring.outputs.workspaceId
    insightsName: drillInsights!.outputs.name
    insightsConnectionString: drillInsights!.outputs.connectionString
    evidenceSecretUri: '${drillVault!.outputs.uri}secrets/${evidenceSecret}'
    artifactPublicKey: artifactPublicKey
    alerts: { tenant: '', audience: '', subscriptions: '' }
    signIn: { tenant: empty(signInApplicationId) ? '' : tenant, client: signInApplicationId }
    durableBackend: durableBackend
    scheduler: { endpoint: durableBackend == 'scheduler' ? scheduler!.outputs.endpoint : '', taskHub: 'drill' }
    publicNetworkAccess: 'Enabled'
    subnetId: ''
    instancesMax: 10
  }
}

module drillInsights 'modules/drillInsights.bicep' = if (drills) {
  scope: exercise
  name: 'drillInsights'
  params: { location: location, tags: drillTags, name: 'appid-${suffix}', workspaceId: monitoring.outputs.workspaceId }
}

module drillStateRoles 'modules/grants.bicep' = if (drills) {
  scope: exercise
  name: 'drillStateRoles'
  params: { account: drillState!.outputs.name, principalId: identities.outputs.drill.principalId, roles: stateRoles }
}

module drillTargetRoles 'modules/grants.bicep' = if (drills) {
  scope: exercise
  name: 'drillTargetRoles'
  params: { account: drillTargets!.outputs.name, principalId: identities.outputs.drill.principalId, roles: targetRoles }
}

module drillAnchorRoles 'modules/grants.bicep' = if (drills) {
  scope: exercise
  name: 'drillAnchorRoles'
  params: { account: drillAnchors!.outputs.name, principalId: identities.outputs.drill.principalId, roles: anchorRoles }
}

module drillSecrets 'modules/secretReader.bicep' = if (drills) {
  scope: exercise
  name: 'drillSecrets'
  params: { vaultName: drillVault!.outputs.name, principalId: identities.outputs.drill.principalId }
}

output AZURE_TENANT_ID string = tenant
output AZURE_CONTAINER_REGISTRY_ENDPOINT string = gateway.outputs.registry
output PLAYBOOKS_URL string = live.outputs.url
output PLAYBOOKS_GATEWAY_URL string = gateway.outputs.url
output PLAYBOOKS_BOT_ID string = identities.outputs.ingest.clientId
output PLAYBOOKS_INGEST_PRINCIPAL string = identities.outputs.ingest.principalId
output PLAYBOOKS_EXECUTOR_CLIENT string = identities.outputs.executor.clientId
output PLAYBOOKS_STATE_BLOBS string = state.outputs.blobs
output PLAYBOOKS_ANCHOR_BLOBS string = anchors.outputs.blobs
output PLAYBOOKS_TARGET_BLOBS string = targets.outputs.blobs
output PLAYBOOKS_TARGET_QUEUES string = targets.outputs.queues
output PLAYBOOKS_TARGET_TABLES string = targets.outputs.tables
output PLAYBOOKS_VAULT string = vault.outputs.name
output PLAYBOOKS_FLAGS string = flags.outputs.endpoint
output PLAYBOOKS_DRILL_URL string = drills ? drill!.outputs.url : ''
output PLAYBOOKS_DRILL_CLIENT string = identities.outputs.drill.clientId
output PLAYBOOKS_DRILL_STATE_BLOBS string = drills ? drillState!.outputs.blobs : ''
output PLAYBOOKS_DRILL_ANCHOR_BLOBS string = drills ? drillAnchors!.outputs.blobs : ''
output PLAYBOOKS_DRILL_TARGET_BLOBS string = drills ? drillTargets!.outputs.blobs : ''
output PLAYBOOKS_DRILL_TARGET_QUEUES string = drills ? drillTargets!.outputs.queues : ''
output PLAYBOOKS_DRILL_TARGET_TABLES string = drills ? drillTargets!.outputs.tables : ''
output PLAYBOOKS_DRILL_VAULT string = drills ? drillVault!.outputs.name : ''
