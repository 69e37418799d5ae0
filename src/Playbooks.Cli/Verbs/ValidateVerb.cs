using System.CommandLine;
using System.Text.Json;
using Playbooks.Cli.Host;
using Playbooks.Connectors.Artifacts.Stores;
using Playbooks.Connectors.Artifacts;
using Playbooks.Connectors.Storage;
using Playbooks.Core.Definitions;
using Playbooks.Core.Renderings;
using Playbooks.Hosting;

namespace Playbooks.Cli.Verbs;

/// <summary><c>validate</c>: every error of every file, with its place and how to mend it.</summary>
internal static class ValidateVerb
{
    public static Command Create()
    {
        var names = new Argument<string[]>("playbook") { Description = "Names or files; all playbooks and environments of the folder if left out", Arity = ArgumentArity.ZeroOrMore };
        var folder = CommonOptions.Playbooks();
        var environment = new Option<string?>("--environment", "-e") { Description = "Also check that the playbooks fit this environment, and look whether its known-good versions could be restored in time" };
        var json = CommonOptions.Json();
        var sarif = new Option<string?>("--sarif") { Description = "Also write all errors to this file as SARIF 2.1.0, an empty list when there are none" };
        var command = new Command("validate", "Checks playbooks and environments without changing anything. Lists all errors at once; exit code 2 if there are any. With --environment it also reads the artifacts' "
            + "records and warns of what would cost the RTO in an incident, such as a known-good version in an archive tier.")
            { names, folder, environment, json, sarif };
        command.Handle((parsed, output, cancellationToken) => ValidateAsync(LibraryFolder.Find(parsed.GetValue(folder)), parsed.GetValue(names) ?? [],
            parsed.GetValue(environment), parsed.GetValue(json), parsed.GetValue(sarif), output, cancellationToken));
        return command;
    }

    private static async Task<int> ValidateAsync(PlaybookLibrary library, string[] names, string? environmentName, bool json, string? sarif, TextWriter output,
        CancellationToken cancellationToken)
    {
        var errors = new List<AuthorError>();
        T? Keep<T>(ReadResult<T> read) where T : class
        {
            errors.AddRange((read as ReadResult<T>.Invalid)?.Errors ?? []);
            return (read as ReadResult<T>.Valid)?.Value;
        }

        var environmentFiles = environmentName is not null ? [library.EnvironmentPathOf(environmentName)]
            : names.Length == 0 ? Directory.GetFiles(library.Environments, "*.json").Order(StringComparer.Ordinal).ToArray()
            : [];
        var environments = (from file in environmentFiles
                            let environment = Keep(EnvironmentReader.Read(File.ReadAllText(file), file))
                            where environment is not null
                            select new EnvironmentFile(environment, file)).ToList();
        errors.AddRange(EnvironmentSet.Check(environments));
        var playbooks = (from file in (names.Length > 0 ? names : library.Names()).Select(library.PathOf)
                         let playbook = Keep(library.Read(file))
                         where playbook is not null
                         select (playbook, file)).ToList();
        if (environmentName is not null && environments.Count == 1)
            errors.AddRange(playbooks.SelectMany(read => EnvironmentFit.Check(read.playbook, environments[0].Environment, read.file,
                asDrill: environments[0].Environment.Kind == EnvironmentKind.Drill)));
        if (sarif is not null)
            await File.WriteAllTextAsync(sarif, SarifLog.Of(errors, UriOf, typeof(ValidateVerb).Assembly.GetName().Version!.ToString(3)), cancellationToken);
        var risks = environmentName is not null && errors.Count == 0 ? await RisksAsync(environments[0].Environment, cancellationToken) : [];
        if (json)
        {
            output.WriteLine(JsonSerializer.Serialize(new { errors, risks }, JsonSerializerOptions.Web));
        }
        else
        {
            errors.ForEach(output.WriteLine);
            foreach (var risk in risks)
                output.WriteLine($"warning: {risk.Model}{(risk.Version is { } version ? $" version {version}" : "")}: {risk.Message}");
            output.WriteLine(errors.Count == 0 ? $"{playbooks.Count} playbooks and {environments.Count} environments are valid." : $"{errors.Count} errors.");
        }
        return errors.Count == 0 ? ExitCodes.Ok : ExitCodes.WrongInput;
    }

    /// <summary>Relative to where the verb runs, as code hosts expect it; a file elsewhere by its full address.</summary>
    private static string UriOf(string file)
    {
        var relative = Path.GetRelativePath(Directory.GetCurrentDirectory(), file);
        return relative.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(relative) ? new Uri(Path.GetFullPath(file)).AbsoluteUri
            : string.Join('/', relative.Split(Path.DirectorySeparatorChar).Select(Uri.EscapeDataString));
    }

    /// <summary>What the models' artifacts would cost in an incident. What cannot be looked at from here is one of them.</summary>
    private static async Task<IReadOnlyList<PreflightFinding>> RisksAsync(DeploymentEnvironment environment, CancellationToken cancellationToken)
    {
        var secrets = new Secrets();
        return await new ArtifactPreflight(new ArtifactStores(new StorageClients(secrets), secrets, TimeProvider.System)).CheckAsync(environment, cancellationToken);
    }
}
