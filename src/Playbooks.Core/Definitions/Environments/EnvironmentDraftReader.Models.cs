using System.Collections.Immutable;
using Playbooks.Core.Definitions.Reading;

namespace Playbooks.Core.Definitions.Environments;

internal sealed partial class EnvironmentDraftReader
{
    private ModelTarget? ReadModel(Node node, Node? gateways, EnvironmentKind? kind)
    {
        if (Fields.Of(node, "{ \"artifacts\": { … }, \"gateway\": \"main\", \"defaultSuite\": \"golden\", \"suites\": { … } }") is not { } fields)
            return null;
        var gateway = fields.Required("gateway", "\"main\"");
        var name = gateway?.AsSlug();
        var known = gateways?.Value.Properties.Select(declared => declared.Key).ToArray() ?? [];
        if (name is not null && !known.Contains(name))
            gateway!.Value.Error(ErrorCodes.UnknownGateway, $"The gateway '{name}' is not declared.", NearestName.Advice(name, known, "Declare it under gateways."));
        var suites = fields.Optional("suites").AsTexts("{ \"golden\": \"golden/grading.json\" }");
        var suite = fields.Required("defaultSuite", "\"golden\"");
        var defaultSuite = suite?.AsText(64);
        if (defaultSuite is not null && !suites.ContainsKey(defaultSuite))
            suite!.Value.Error(ErrorCodes.UnknownSuite, $"The suite '{Fields.Short(defaultSuite)}' is not among this model's suites.", NearestName.Advice(defaultSuite, [.. suites.Keys], "Add it to suites."));
        var faults = fields.Optional("faults");
        if (faults is not null && kind == EnvironmentKind.Live)
            faults.Value.ErrorAtName(ErrorCodes.DrillSettingsInLive, "A live service must not take faults.", "Remove it.");
        var model = new ModelTarget(ReadArtifacts(fields.Required("artifacts", "{ \"at\": { … }, \"layout\": \"pointer\", \"holdsPersonalData\": true }")) ?? NoArtifacts,
            name ?? "", fields.Optional("service")?.AsUrl(), defaultSuite ?? "", suites) { Faults = faults?.AsUrl() };
        fields.RefuseOthers();
        return model;
    }

    private static ArtifactTarget NoArtifacts { get; } = new(NoContainer, ArtifactLayout.Pointer, true, ImmutableSortedDictionary<string, string>.Empty);

    private ArtifactTarget? ReadArtifacts(Node? node)
    {
        if (node is not { } written || Fields.Of(written, "{ \"at\": { \"storage\": \"main\", \"container\": \"artifacts\" }, \"layout\": \"pointer\", \"holdsPersonalData\": true }") is not { } fields)
            return null;
        var artifacts = new ArtifactTarget(ReadContainer(fields.Required("at", "{ \"storage\": \"main\", \"container\": \"artifacts\" }")) ?? NoContainer,
            fields.Required("layout", "\"pointer\"")?.AsWord<ArtifactLayout>(CamelCase) ?? ArtifactLayout.Pointer,
            fields.Required("holdsPersonalData", "true")?.AsBoolean() ?? true, fields.Optional("dataSets").AsTexts("{ \"students.json\": \"studentId\" }"));
        fields.RefuseOthers();
        return artifacts;
    }

    private QueueTarget? ReadQueue(Node node)
    {
        if (Fields.Of(node, "{ \"storage\": \"main\", \"deadLetter\": \"jobs-dead\", \"work\": \"jobs\", \"ledgerTable\": \"ledger\", \"consumer\": \"keyed\" }") is not { } fields)
            return null;
        var queue = new QueueTarget(ReadStorageName(fields), fields.Required("deadLetter", "\"jobs-dead\"")?.AsStorageName() ?? "", fields.Required("work", "\"jobs\"")?.AsStorageName() ?? "",
            fields.Required("ledgerTable", "\"ledger\"")?.AsTableName() ?? "", fields.Required("consumer", "\"keyed\"")?.AsWord<ConsumerKind>(WireName.Of) ?? ConsumerKind.Unkeyed,
            fields.Optional("classifier")?.AsExpression(), fields.Optional("key")?.AsExpression(), fields.Optional("order")?.AsExpression(), fields.Optional("subject")?.AsExpression());
        fields.RefuseOthers();
        if (queue.DeadLetter.Length > 0 && queue.DeadLetter == queue.Work)
            node.Property("work")?.Error(ErrorCodes.Repeated, "Letters would be replayed into the queue that they are taken from.", "Name two queues.");
        return queue;
    }

    private static string CamelCase(ArtifactLayout layout) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(layout.ToString());
}
