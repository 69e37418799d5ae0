using System.Collections.Immutable;
using System.Text.Json;
using Playbooks.Core.Definitions.Reading;

namespace Playbooks.Core.Definitions.Environments;

/// <summary>Reads an environment document; what it names must be declared in it.</summary>
internal sealed partial class EnvironmentDraftReader(Document document)
{
    private readonly List<(Node At, string Name)> storageUsed = [];

    public DeploymentEnvironment? Read()
    {
        if (Fields.Of(document.Root, "{ \"name\": \"drill\", \"kind\": \"drill\", … }") is not { } fields)
            return null;
        fields.Optional("$schema")?.AsText();
        var kind = fields.Required("kind", "\"drill\"")?.AsWord<EnvironmentKind>(WireName.Of);
        var gateways = fields.Optional("gateways");
        var channels = fields.Optional("channels").AsNamed("{ \"incidents\": { \"kind\": \"terminal\" } }", ReadChannel);
        var environment = new DeploymentEnvironment
        {
            Name = fields.Required("name", "\"drill\"")?.AsSlug() ?? "",
            Kind = kind ?? EnvironmentKind.Drill,
            Storage = fields.Optional("storage").AsNamed("{ \"main\": { \"connectionString\": \"env:STORAGE\" } }", ReadStorage),
            Gateways = gateways.AsNamed("{ \"main\": { \"state\": { … } } }", ReadGateway),
            Models = fields.Optional("models").AsNamed("{ \"grading\": { … } }", node => ReadModel(node, gateways, kind)),
            Queues = fields.Optional("queues").AsNamed("{ \"grading-jobs\": { … } }", ReadQueue),
            Channels = channels,
            Teams = fields.Optional("teams") is { } teams ? ReadTeams(teams, channels) : null,
            Roles = fields.Optional("roles") is { } roles ? ReadRoles(roles) : ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty,
            Access = fields.Optional("access") is { } access ? ReadAccess(access) : ImmutableSortedDictionary<AccessRole, ImmutableArray<string>>.Empty,
            SignIn = fields.Optional("signIn")?.AsWord<SignInWay>(WireName.Of),
            Erasures = fields.Optional("erasures") is { } erasures ? ReadTable(erasures) : null,
            Evidence = ReadContainer(fields.Required("evidence", "{ \"storage\": \"main\", \"container\": \"evidence\" }")) ?? NoContainer,
            Anchor = ReadContainer(fields.Required("anchor", "{ \"storage\": \"anchor\", \"container\": \"heads\" }")) ?? NoContainer,
            HttpOrigins = fields.Optional("httpOrigins") is { } origins
                ? [.. origins.AsList("[\"https://status.university.example\"]", emptyAllowed: true).Select(EnvironmentScalars.AsOrigin).OfType<string>()] : [],
            Signing = ReadSigning(fields.Required("signing", "{ \"artifactsPublic\": \"file:keys/artifacts.pub.pem\", \"evidence\": \"file:keys/evidence.pem\" }")),
            Drill = fields.Optional("drill") is { } drill ? ReadDrill(drill, kind) : null,
            Text = document.Text,
            Digest = document.Digest,
        };
        fields.RefuseOthers();
        CheckStorage(environment);
        CheckAnchor(environment);
        CheckSignIn(environment);
        return environment;
    }

    private static ContainerTarget NoContainer { get; } = new("", "");

    private static StorageAccount? ReadStorage(Node node)
    {
        if (Fields.Of(node, "{ \"connectionString\": \"env:STORAGE\" }") is not { } fields)
            return null;
        var account = new StorageAccount(fields.Optional("connectionString")?.AsSecret(), fields.Optional("blobUrl")?.AsUrl(), fields.Optional("queueUrl")?.AsUrl(),
            fields.Optional("tableUrl")?.AsUrl(), fields.Optional("clientId")?.AsText(128));
        fields.RefuseOthers();
        var byUrl = node.Property("blobUrl") ?? node.Property("queueUrl") ?? node.Property("tableUrl");
        if ((node.Property("connectionString") is null) == (byUrl is null))
            node.Error(ErrorCodes.BadStorage, byUrl is null ? "Nothing says where the account is." : "The account is named twice.",
                "Write either connectionString (a reference), or blobUrl, queueUrl and tableUrl with a managed identity.");
        return account;
    }

    private GatewayTarget? ReadGateway(Node node)
    {
        if (Fields.Of(node, "{ \"state\": { \"storage\": \"main\", \"container\": \"gateway\" } }") is not { } fields)
            return null;
        var gateway = new GatewayTarget(ReadContainer(fields.Required("state", "{ \"storage\": \"main\", \"container\": \"gateway\" }")) ?? NoContainer,
            fields.Optional("data")?.AsUrl());
        fields.RefuseOthers();
        return gateway;
    }

    private ContainerTarget? ReadContainer(Node? node)
    {
        if (node is not { } written || Fields.Of(written, "{ \"storage\": \"main\", \"container\": \"evidence\" }") is not { } fields)
            return null;
        var container = new ContainerTarget(ReadStorageName(fields), fields.Required("container", "\"evidence\"")?.AsStorageName() ?? "",
            fields.Optional("prefix")?.AsText(256) ?? "");
        fields.RefuseOthers();
        return container;
    }

    private TableTarget? ReadTable(Node node)
    {
        if (Fields.Of(node, "{ \"storage\": \"main\", \"table\": \"erasures\" }") is not { } fields)
            return null;
        var table = new TableTarget(ReadStorageName(fields), fields.Required("table", "\"erasures\"")?.AsTableName() ?? "");
        fields.RefuseOthers();
        return table;
    }

    private string ReadStorageName(Fields fields)
    {
        var written = fields.Required("storage", "\"main\"");
        if (written?.AsSlug() is not { } name)
            return "";
        storageUsed.Add((written.Value, name));
        return name;
    }

    private static ImmutableSortedDictionary<string, ImmutableArray<string>> ReadRoles(Node node)
    {
        var roles = ImmutableSortedDictionary.CreateBuilder<string, ImmutableArray<string>>(StringComparer.Ordinal);
        if (node.Is(JsonValueKind.Object, "{ \"ml-approvers\": [\"approver@university.example\"] }"))
        {
            foreach (var (name, people) in node.Properties())
                roles[name] = [.. people.AsList("[\"approver@university.example\"]", emptyAllowed: true).Select(person => person.AsText(320)).OfType<string>()];
        }
        return roles.ToImmutable();
    }

    private ImmutableSortedDictionary<AccessRole, ImmutableArray<string>> ReadAccess(Node node)
    {
        const string Example = "{ \"operator\": [\"ml-oncall\"], \"commander\": [\"incident-commanders\"] }";
        var access = ImmutableSortedDictionary.CreateBuilder<AccessRole, ImmutableArray<string>>();
        if (Fields.Of(node, Example) is not { } fields)
            return access.ToImmutable();
        var declared = document.Root.Property("roles")?.Value.Properties.Select(group => group.Key).ToArray() ?? [];
        foreach (var role in Enum.GetValues<AccessRole>())
        {
            if (fields.Optional(WireName.Of(role)) is not { } groups)
                continue;
            foreach (var group in groups.AsList("[\"ml-oncall\"]", emptyAllowed: true))
            {
                if (group.AsText(128) is { } name && !declared.Contains(name))
                    group.Error(ErrorCodes.UnknownGroup, $"The group {group.Shown} is not declared.", NearestName.Advice(name, declared, $"Add {group.Shown}: [ … ] to roles."));
            }
            access[role] = [.. groups.Elements().Select(group => group.Text).OfType<string>().Distinct(StringComparer.Ordinal)];
        }
        fields.RefuseOthers();
        return access.ToImmutable();
    }

    private static SigningKeys ReadSigning(Node? node)
    {
        if (node is not { } written || Fields.Of(written, "{ \"artifactsPublic\": \"file:keys/artifacts.pub.pem\", \"evidence\": \"file:keys/evidence.pem\" }") is not { } fields)
            return new SigningKeys(null, default, default);
        var keys = new SigningKeys(fields.Optional("artifacts")?.AsSecret(), fields.Required("artifactsPublic", "\"file:keys/artifacts.pub.pem\"")?.AsSecret() ?? default,
            fields.Required("evidence", "\"file:keys/evidence.pem\"")?.AsSecret() ?? default);
        fields.RefuseOthers();
        return keys;
    }

    private static DrillSettings? ReadDrill(Node node, EnvironmentKind? kind)
    {
        if (Fields.Of(node, "{ \"holdAtMost\": \"PT5S\", \"raiseAlert\": true }") is not { } fields)
            return null;
        if (kind == EnvironmentKind.Live)
            node.ErrorAtName(ErrorCodes.DrillSettingsInLive, "Drill settings stand in a live environment.", "Remove them, or make this a drill environment of its own.");
        var drill = new DrillSettings(fields.Optional("holdAtMost")?.AsDuration(), fields.Optional("raiseAlert")?.AsBoolean() ?? false, fields.Optional("scriptedApprover")?.AsText(320));
        fields.RefuseOthers();
        return drill;
    }

    private void CheckStorage(DeploymentEnvironment environment)
    {
        var declared = document.Root.Property("storage")?.Value.Properties.Select(account => account.Key).ToArray() ?? [];
        foreach (var (at, name) in storageUsed.Where(used => !declared.Contains(used.Name)))
            at.Error(ErrorCodes.UnknownStorage, $"The storage account '{name}' is not declared in '{environment.Name}'.", NearestName.Advice(name, declared, "Declare it under storage."));
    }

    /// <summary>So that it can be switched on nowhere else: where a directory's people decide, nobody is to be believed without proof.</summary>
    private void CheckSignIn(DeploymentEnvironment environment)
    {
        if (environment.SignIn is SignInWay.Development && environment.Roles.Values.SelectMany(people => people)
            .FirstOrDefault(person => person.StartsWith("entra:", StringComparison.Ordinal) || person.StartsWith("group:", StringComparison.Ordinal)) is { } person)
        {
            document.Root.Property("signIn")?.Error(ErrorCodes.NoDevelopment, $"With \"development\" anybody signs in as anybody, and roles name \"{person}\", who is of a directory.",
                "Remove signIn, or make this an environment of dev: people alone.");
        }
    }

    private void CheckAnchor(DeploymentEnvironment environment)
    {
        if (environment.Anchor.Storage.Length > 0 && (environment.Anchor.Storage, environment.Anchor.Container) == (environment.Evidence.Storage, environment.Evidence.Container))
            document.Root.Property("anchor")?.Error(ErrorCodes.SharedAnchor, "Chain heads would lie beside the evidence: whoever can change one can change both.",
                "Anchor in storage of another identity.");
    }
}
