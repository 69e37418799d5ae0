using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json.Nodes;
using NJsonSchema;
using Playbooks.DurableFunctions.Host;
using Playbooks.Hosting;
using Playbooks.Tests;
using YamlDotNet.RepresentationModel;

namespace Playbooks.Integration.Tests.Deployment;

/// <summary>What is deployed to Azure, as far as that can be known without a tenant; and that a mistake in each of it is found.</summary>
public class TemplateTests
{
    private static readonly Dictionary<string, string> OfThePlatform = new()
    {
        ["AzureWebJobsStorage__credential"] = "The host reaches its storage with an identity,",
        ["AzureWebJobsStorage__clientId"] = "this one,",
        ["AzureWebJobsStorage__blobServiceUri"] = "for leases and locks,",
        ["AzureWebJobsStorage__queueServiceUri"] = "the task hub's queues,",
        ["AzureWebJobsStorage__tableServiceUri"] = "and its histories.",
        ["AzureWebJobsDisableHomepage"] = "The first page is ours.",
        ["AZURE_CLIENT_ID"] = "The identity that the Azure SDK takes.",
        ["PLAYBOOKS_EVIDENCE_KEY"] = "The environment file names it.",
        ["PLAYBOOKS_ARTIFACT_PUBLIC_KEY"] = "The environment file names it.",
        ["AzureFunctionsJobHost__extensions__durableTask__storageProvider__type"] = "Puts the scheduler in the place of Azure Storage,",
        ["AzureFunctionsJobHost__extensions__durableTask__storageProvider__connectionStringName"] = "with this connection,",
        ["AzureFunctionsJobHost__extensions__durableTask__hubName"] = "in this hub.",
        ["DTS_CONNECTION_STRING"] = "That connection; it names an identity and holds no secret.",
    };

    private static readonly Dictionary<string, string> LeftOut = new()
    {
        [HostVariables.StateConnection] = "It is for development; in Azure the state is reached with an identity.",
        [HostVariables.DevelopmentKey] = "It is for development; in Azure people sign in with Entra.",
        [SignInVariables.Secret] = "A token of the host's identity stands for it.",
        [AlertSettings.SecretsVariable] = "Monitors that are not Azure's are let in by whoever has one, by a reference to the vault.",
        [Telemetry.OtlpVariable] = "Telemetry goes to Azure Monitor.",
    };

    /// <summary>All names of settings that our hosts know.</summary>
    private static ImmutableHashSet<string> Read { get; } =
    [
        .. new[] { typeof(HostVariables), typeof(AlertSettings), typeof(SignInVariables), typeof(Telemetry) }
            .SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Static)).Where(field => field.IsLiteral && field.FieldType == typeof(string)).Select(field => (string)field.GetRawConstantValue()!)
            .Where(name => name.All(letter => char.IsAsciiLetterUpper(letter) || letter == '_')),
    ];

    [Fact]
    public void Nothing_is_said_by_compiler_or_linter() => Assert.Empty(Template.Diagnostics(Path.Combine(Repository.Root, "infra")));

    [Theory]
    [InlineData("allowSharedKeyAccess: false", "allowSharedKeyAcess: false", "BCP089")]
    [InlineData("param insightsName string", "param insightsName string\nparam nobodyReadsIt string = ''", "no-unused-params")]
    [InlineData("httpsOnly: true", "httpsOnly: 'true'", "BCP036")]
    public void A_mistake_in_a_module_is_found(string right, string wrong, string rule)
    {
        var folder = Directory.CreateTempSubdirectory("playbooks-infra").FullName;
        try
        {
            foreach (var file in Directory.GetFiles(Path.Combine(Repository.Root, "infra"), "*", SearchOption.AllDirectories))
            {
                var copy = Path.Combine(folder, Path.GetRelativePath(Path.Combine(Repository.Root, "infra"), file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.WriteAllText(copy, File.ReadAllText(file).Replace(Path.GetFileName(file) == "host.bicep" ? right : "\0", wrong, StringComparison.Ordinal));
            }
            // Of a module the linter speaks when it is asked about the module.
            File.Copy(Path.Combine(folder, "modules", "host.bicep"), Path.Combine(folder, "main.bicep"), overwrite: true);
            Assert.Contains(Template.Diagnostics(folder), found => found.StartsWith(rule, StringComparison.Ordinal));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Every_module_is_deployed() => Assert.All(Directory.GetFiles(Path.Combine(Repository.Root, "infra", "modules"), "*.bicep"),
        file => Assert.Contains($"modules/{Path.GetFileName(file)}", Repository.Read("infra/main.bicep"), StringComparison.Ordinal));

    [Fact]
    public void Roles_versions_settings_and_identities_are_those_of_the_tables_and_no_secret_is_in_it()
    {
        var template = Template.Make();
        Assert.Empty(TemplateRules.WrongRoles(template));
        Assert.Empty(TemplateRules.WrongVersions(template));
        Assert.Empty(TemplateRules.WrongSettings(template, Read, OfThePlatform, LeftOut));
        Assert.Empty(TemplateRules.Secrets(template));
        Assert.Empty(TemplateRules.MixedIdentities(template));
        Assert.True(TemplateRules.Resources(template).Count() > 100);
    }

    [Fact]
    public void A_mistake_in_any_of_them_is_found()
    {
        Assert.Contains("0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa4 is no role that the table knows.", TemplateRules.WrongRoles(Changed("0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3", "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa4")));
        Assert.Contains("AcrPull is in the table and is assigned to nobody.", TemplateRules.WrongRoles(Changed("7f951dda-4ed3-4680-a7ca-43fe172d538d", "b7e6dc6d-f1e8-4753-8033-0f276bb0955b")));
        Assert.Contains(TemplateRules.WrongVersions(Changed("\"2022-09-15\"", "\"2021-03-01\"")), wrong => wrong.StartsWith("Microsoft.BotService/botServices is asked for in version 2021-03-01", StringComparison.Ordinal));
        Assert.Contains("PLAYBOOKS_STATE_BLOBS is read and never set.", TemplateRules.WrongSettings(Changed("PLAYBOOKS_STATE_BLOBS", "PLAYBOOKS_STATE_BLOB"), Read, OfThePlatform, LeftOut));
        Assert.Contains("PLAYBOOKS_STATE_BLOB is set and read by nobody.", TemplateRules.WrongSettings(Changed("PLAYBOOKS_STATE_BLOBS", "PLAYBOOKS_STATE_BLOB"), Read, OfThePlatform, LeftOut));
        Assert.Contains(TemplateRules.WrongSettings(Changed("PLAYBOOKS_SIGNIN_IDENTITY", "PLAYBOOKS_SIGNIN_SECRET"), Read, OfThePlatform, LeftOut), wrong => wrong.StartsWith("PLAYBOOKS_SIGNIN_SECRET is set, though", StringComparison.Ordinal));
        Assert.NotEmpty(TemplateRules.Secrets(Changed("primaryEndpoints.blob", "listKeys().keys[0].value")));
        Assert.Contains(TemplateRules.MixedIdentities(Changed("outputs.executor.value", "outputs.drill.value")), wrong => wrong.StartsWith("liveTargets gives the drill's identity", StringComparison.Ordinal));
        Assert.Contains(TemplateRules.MixedIdentities(Changed("outputs.drill.value", "outputs.executor.value")), wrong => wrong.StartsWith("drillTargetRoles gives the identity executor", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_description_for_azd_fits_its_official_schema_and_a_mistake_in_it_is_found()
    {
        var contracts = SharedData.Find("contracts");
        Assert.SkipWhen(contracts is null, "The official schemas are not here.");
        var schema = await JsonSchema.FromJsonAsync(File.ReadAllText(Path.Combine(contracts, "azd-azure.yaml.v1.0.schema.json")), TestContext.Current.CancellationToken);
        var text = Repository.Read("azure.yaml");

        Assert.Empty(schema.Validate(Json(text)));
        Assert.NotEmpty(schema.Validate(Json(text.Replace("    host: function\n", "", StringComparison.Ordinal))));
        Assert.NotEmpty(schema.Validate(Json(text.Replace("name: playbooks\n", "name: Play Books\n", StringComparison.Ordinal))));
        Assert.NotEmpty(schema.Validate(Json(text.Replace("services:\n  live:", "services:\n  live: {}\n  other:", StringComparison.Ordinal))));
    }

    [Fact]
    public void Every_service_is_a_project_of_ours_with_a_place_to_be_deployed_to()
    {
        var services = JsonNode.Parse(Json(Repository.Read("azure.yaml")))!["services"]!.AsObject();
        var template = Template.Make().ToJsonString();
        Assert.Equal(["live", "drill", "gateway"], services.Select(service => service.Key));
        foreach (var (name, service) in services)
        {
            Assert.NotEmpty(Directory.GetFiles(Path.Combine(Repository.Root, (string)service!["project"]!), "*.csproj"));
            // The schema names the hosts as examples only.
            Assert.Equal(name == "gateway" ? "containerapp" : "function", (string)service["host"]!);
            Assert.True(template.Contains($$"""
                "service":{"value":"{{name}}"}
                """.Trim(), StringComparison.Ordinal) || template.Contains($"azd-service-name\\u0027, \\u0027{name}\\u0027", StringComparison.Ordinal), $"Nothing that is deployed is tagged for {name}.");
        }
    }

    private static JsonObject Changed(string right, string wrong)
    {
        var template = Template.Make().ToJsonString();
        Assert.Contains(right, template, StringComparison.Ordinal);
        return JsonNode.Parse(template.Replace(right, wrong, StringComparison.Ordinal))!.AsObject();
    }

    private static string Json(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return Node(stream.Documents[0].RootNode)!.ToJsonString();
    }

    private static JsonNode? Node(YamlNode node) => node switch
    {
        YamlMappingNode mapping => new JsonObject(mapping.Select(field => KeyValuePair.Create(((YamlScalarNode)field.Key).Value!, Node(field.Value)))),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Select(Node)]),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => throw new InvalidOperationException(),
    };
}
