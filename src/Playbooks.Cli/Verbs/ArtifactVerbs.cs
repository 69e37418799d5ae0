using System.CommandLine;
using Playbooks.Cli.Host;
using Playbooks.Connectors;
using Playbooks.Connectors.Artifacts;
using Playbooks.Connectors.Artifacts.Stores;
using Playbooks.Connectors.Storage;
using Playbooks.Core.Definitions;

namespace Playbooks.Cli.Verbs;

/// <summary><c>artifacts</c>: versions of models, for people and for model pipelines.</summary>
internal static class ArtifactVerbs
{
    private delegate Task DoAsync(ArtifactPublisher publisher, DeploymentEnvironment environment, string model, ParseResult parsed, TextWriter output, CancellationToken cancellationToken);

    public static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "Folder with the version's files" };
        var version = new Argument<int>("version") { Description = "Number of the version" };
        var current = new Argument<int?>("version") { Description = "Number of the version; the current one if left out", Arity = ArgumentArity.ZeroOrOne };
        var source = new Option<string>("--source") { Description = "Where it comes from, for example a commit", DefaultValueFactory = _ => "" };
        var suite = new Option<string>("--suite") { Description = "Suite that it passed", Required = true };
        return new Command("artifacts", "Publishes, lists, checks and promotes versions of a model.")
        {
            Verb("publish", "Makes a signed version of a folder's files. It is not current until it is promoted.", [folder], [source], async (publisher, environment, model, parsed, output, stop) =>
            {
                var record = await publisher.PublishAsync(environment, model, parsed.GetValue(folder)!, LocalPerson.Id, parsed.GetValue(source)!, stop);
                output.WriteLine($"version {record.Version}  {record.Digest}");
            }),
            Verb("list", "Lists the versions, the current one marked.", [], [], async (publisher, environment, model, _, output, stop) =>
            {
                foreach (var line in await publisher.ListAsync(environment, model, stop))
                    output.WriteLine($"{(line.IsCurrent ? "*" : " ")} {line.Version,4}  {line.Record?.Digest ?? ""}  {(line.Validation is { } good ? $"good: {good.Suite}, {good.ValidatedAt:u}" : "not validated")}{(line.Wrong is null ? "" : "  WRONG: " + line.Wrong)}");
            }),
            Verb("verify", "Checks signature, lengths and digests to the last byte.", [current], [], async (publisher, environment, model, parsed, output, stop) =>
            {
                var record = await publisher.VerifyAsync(environment, model, parsed.GetValue(current), stop);
                output.WriteLine($"version {record.Version} is whole: {record.Manifest.Files.Length} files, {record.Manifest.TotalBytes} bytes, {record.Digest}");
            }),
            Verb("promote", "Verifies a version and makes it current.", [version], [], async (publisher, environment, model, parsed, output, stop) =>
            {
                var record = await publisher.PromoteAsync(environment, model, parsed.GetValue(version), LocalPerson.Id, stop);
                output.WriteLine($"version {record.Version} is current");
            }),
            Verb("validate", "Records that a version passed a suite: from now on it is known good.", [version], [suite], async (publisher, environment, model, parsed, output, stop) =>
            {
                var validation = await publisher.ValidateAsync(environment, model, parsed.GetValue(version), LocalPerson.Id, parsed.GetValue(suite)!, stop);
                output.WriteLine($"version {validation.Version} is known good since {validation.ValidatedAt:u}");
            }),
        };
    }

    private static Command Verb(string name, string description, Argument[] arguments, Option[] options, DoAsync act)
    {
        var model = new Argument<string>("model") { Description = "Logical name of the model" };
        var (environment, playbooks) = (CommonOptions.Environment(), CommonOptions.Playbooks());
        var command = new Command(name, description) { model };
        foreach (var argument in arguments)
            command.Add(argument);
        foreach (var option in options.Append<Option>(environment).Append(playbooks))
            command.Add(option);
        command.Handle(async (parsed, output, cancellationToken) =>
        {
            var target = LibraryFolder.Find(parsed.GetValue(playbooks)).LoadEnvironment(parsed.GetValue(environment)!);
            var secrets = new Secrets();
            try
            {
                await act(new ArtifactPublisher(new ArtifactStores(new StorageClients(secrets), secrets, TimeProvider.System)), target, parsed.GetValue(model)!, parsed, output, cancellationToken);
                return ExitCodes.Ok;
            }
            catch (ActionFailedException failure)
            {
                throw new CliException(failure.Kind == ErrorKind.Invalid ? ExitCodes.WrongInput : ExitCodes.NotGood, $"{WireName.Of(failure.Kind)}: {failure.Message}");
            }
            catch (Azure.RequestFailedException failure)
            {
                throw new CliException(ExitCodes.NotAvailable, $"The storage answers {failure.Status} {failure.ErrorCode}.");
            }
        });
        return command;
    }
}
