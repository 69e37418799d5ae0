using System.CommandLine;
using System.Text.Json;
using Playbooks.Cli.Host;
using Playbooks.Core.Definitions;

namespace Playbooks.Cli.Verbs;

/// <summary><c>validate</c>: every error of every file, with its place and how to mend it.</summary>
internal static class ValidateVerb
{
    public static Command Create()
    {
        var names = new Argument<string[]>("playbook") { Description = "Names or files; all playbooks and environments of the folder if left out", Arity = ArgumentArity.ZeroOrMore };
        var folder = CommonOptions.Playbooks();
        var environment = new Option<string?>("--environment", "-e") { Description = "Also check that the playbooks fit this environment" };
        var json = CommonOptions.Json();
        var command = new Command("validate", "Checks playbooks and environments without touching anything. Lists all errors at once; exit code 2 if there are any.")
            { names, folder, environment, json };
        command.Handle((parsed, output, _) => Task.FromResult(Validate(PlaybookLibrary.At(parsed.GetValue(folder)), parsed.GetValue(names) ?? [],
            parsed.GetValue(environment), parsed.GetValue(json), output)));
        return command;
    }

    private static int Validate(PlaybookLibrary library, string[] names, string? environmentName, bool json, TextWriter output)
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
        if (json)
        {
            output.WriteLine(JsonSerializer.Serialize(errors, JsonSerializerOptions.Web));
        }
        else
        {
            errors.ForEach(output.WriteLine);
            output.WriteLine(errors.Count == 0 ? $"{playbooks.Count} playbooks and {environments.Count} environments are valid." : $"{errors.Count} errors.");
        }
        return errors.Count == 0 ? ExitCodes.Ok : ExitCodes.WrongInput;
    }
}
