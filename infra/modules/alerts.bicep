// What starts playbooks, and who hears of it without us: the action group calls the host by a secure webhook and, independently of it, writes to people.
param location string
param tags object
param suffix string
param hostUrl string
param insightsId string
param targetsId string
@description('The application in Entra that stands for our door for alerts.')
param application object
@description('Mail addresses that hear of every alert, also when everything of ours is broken.')
param receivers array
@description('Starts and ends of the weekly window in which drills run, as HH:mm:ss in UTC; empty for none.')
param drillWindow object

resource engine 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-playbooks-${suffix}'
  location: 'Global'
  tags: tags
  properties: {
    groupShortName: 'playbooks'
    enabled: true
    webhookReceivers: empty(application.objectId) ? [] : [
      {
        name: 'playbooks'
        serviceUri: '${hostUrl}/api/alerts'
        useCommonAlertSchema: true
        useAadAuth: true
        objectId: application.objectId
        identifierUri: application.identifierUri
        tenantId: application.tenantId
      }
    ]
  }
}

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-people-${suffix}'
  location: 'Global'
  tags: tags
  properties: {
    groupShortName: 'people'
    enabled: true
    emailReceivers: [for (address, index) in receivers: { name: 'receiver-${index}', emailAddress: address, useCommonAlertSchema: true }]
  }
}

// A model answers golden requests worse than it should: sent as a custom metric by whoever watches it.
resource drift 'Microsoft.Insights/scheduledQueryRules@2022-06-15' = {
  name: 'model-drift'
  location: location
  tags: tags
  properties: {
    displayName: 'A model drifts'
    description: 'The golden accuracy of a model is below 0.8 in ten minutes.'
    severity: 1
    enabled: true
    scopes: [ insightsId ]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT10M'
    criteria: {
      allOf: [
        {
          query: 'customMetrics | where name == "golden_accuracy" | extend model = tostring(customDimensions.model) | summarize accuracy = avg(value) by model'
          timeAggregation: 'Minimum'
          metricMeasureColumn: 'accuracy'
          operator: 'LessThan'
          threshold: json('0.8')
          dimensions: [ { name: 'model', operator: 'Include', values: [ '*' ] } ]
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    actions: { actionGroups: [ engine.id, people.id ] }
  }
}

resource errors 'Microsoft.Insights/scheduledQueryRules@2022-06-15' = {
  name: 'model-errors'
  location: location
  tags: tags
  properties: {
    displayName: 'A model answers with errors'
    description: 'More than five per cent of the requests to a model failed in five minutes.'
    severity: 1
    enabled: true
    scopes: [ insightsId ]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT5M'
    criteria: {
      allOf: [
        {
          query: 'requests | summarize failed = 100.0 * countif(success == false) / count(), total = count() by cloud_RoleName | where total >= 20'
          timeAggregation: 'Maximum'
          metricMeasureColumn: 'failed'
          operator: 'GreaterThan'
          threshold: 5
          dimensions: [ { name: 'cloud_RoleName', operator: 'Include', values: [ '*' ] } ]
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    actions: { actionGroups: [ engine.id, people.id ] }
  }
}

resource depth 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'queue-depth'
  location: 'global'
  tags: tags
  properties: {
    description: 'Jobs wait in the queues of the targets account. The metric comes once an hour; dead letters are counted every minute by the host itself.'
    severity: 2
    enabled: true
    scopes: [ '${targetsId}/queueServices/default' ]
    evaluationFrequency: 'PT1H'
    windowSize: 'PT1H'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [ { criterionType: 'StaticThresholdCriterion', name: 'depth', metricName: 'QueueMessageCount', metricNamespace: 'Microsoft.Storage/storageAccounts/queueServices', operator: 'GreaterThan', threshold: 1000, timeAggregation: 'Average' } ]
    }
    actions: [ { actionGroupId: engine.id }, { actionGroupId: people.id } ]
  }
}

resource heartbeat 'Microsoft.Insights/scheduledQueryRules@2022-06-15' = {
  name: 'gateway-heartbeat'
  location: location
  tags: tags
  properties: {
    displayName: 'The gateway is silent'
    description: 'No replica of the gateway has sent anything in five minutes: nobody knows what the models answer.'
    severity: 0
    enabled: true
    scopes: [ insightsId ]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT5M'
    criteria: {
      allOf: [
        {
          query: 'union requests, traces, customMetrics | where cloud_RoleName == "playbooks-gateway"'
          timeAggregation: 'Count'
          operator: 'LessThan'
          threshold: 1
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    actions: { actionGroups: [ engine.id, people.id ] }
  }
}

// While drills run, what their resources fire reaches nobody: the drill's own alert is raised by the drill.
resource window 'Microsoft.AlertsManagement/actionRules@2021-08-08' = if (!empty(drillWindow)) {
  name: 'drill-window'
  location: 'Global'
  tags: tags
  properties: {
    description: 'Silences alerts of the drill host while drills run.'
    enabled: true
    scopes: [ drillWindow.?scope ?? resourceGroup().id ]
    actions: [ { actionType: 'RemoveAllActionGroups' } ]
    schedule: {
      timeZone: 'UTC'
      recurrences: [ { recurrenceType: 'Weekly', daysOfWeek: [ drillWindow.?day ?? 'Tuesday' ], startTime: drillWindow.?from ?? '03:00:00', endTime: drillWindow.?to ?? '05:00:00' } ]
    }
  }
}

output engineGroupId string = engine.id
