using System.CommandLine;
using Playbooks.Cli.Host;
using Playbooks.Connectors;
using Playbooks.Connectors.Serving;
using Playbooks.Connectors.Storage;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Command = System.CommandLine.Command;

namespace Playbooks.Cli.Verbs;

/// <summary><c>gateway isolate</c>: takes a model out of service by hand, with no engine running.</summary>
internal static class GatewayVerbs
{
    private static readonly TimeSpan ConfirmWithin = TimeSpan.FromMinutes(1);

    public static Command Create() => new("gateway", "Isolates models by hand; works with the engine down.") { Isolate() };

    private static Command Isolate()
    {
        var model = new Argument<string>("model") { Description = "Logical name of the model" };
        var (environment, folder, reason) = (CommonOptions.Environment(), CommonOptions.Playbooks(), CommonOptions.Reason());
        var command = new Command("isolate",
            "Takes a model out of service at once and waits until every gateway replica that is heard confirms it. Exit code 1 when that is not confirmed within a minute.")
            { model, environment, folder, reason };
        command.Handle(async (parsed, output, cancellationToken) =>
        {
            var target = LibraryFolder.Find(parsed.GetValue(folder)).LoadEnvironment(parsed.GetValue(environment)!);
            if (!target.Models.ContainsKey(parsed.GetValue(model)!))
                throw new CliException(ExitCodes.WrongInput, $"{target.Name} has no model '{parsed.GetValue(model)}'. There are: {string.Join(", ", target.Models.Keys)}.");
            var outcome = await IsolateAsync(target, parsed.GetValue(model)!, $"{LocalPerson.Id}: {parsed.GetValue(reason)}", output, cancellationToken);
            if (outcome is Outcome.Succeeded done)
            {
                output.WriteLine($"isolated, confirmed by {done.Output["replicas"]?.Text} replicas (generation {done.Output["generation"]?.Text})");
                return ExitCodes.Ok;
            }
            output.WriteLine($"isolation NOT confirmed: {(outcome as Outcome.Failed)?.Message}");
            return ExitCodes.NotGood;
        });
        return command;
    }

    private static async Task<Outcome> IsolateAsync(DeploymentEnvironment environment, string model, string reason, TextWriter output, CancellationToken cancellationToken)
    {
        var time = TimeProvider.System;
        var actions = new ActionSet([new IsolateModel(new StorageClients(new Secrets()), time)], time);
        var run = $"by-hand-{Guid.NewGuid():N}";
        var id = new CommandId("isolate", Purpose.Do, 0, 1, 0);
        var action = Catalogue.Find(Catalogue.Isolate)!;
        var inputs = JsonData.Object(("model", JsonData.Of(model)), ("reason", JsonData.Of(reason)));
        var deadline = time.GetUtcNow() + ConfirmWithin;
        string? token = null;
        while (true)
        {
            var mode = environment.Kind == EnvironmentKind.Drill ? RunMode.Drill : RunMode.Live;
            var call = new ActionCall(run, mode, environment, new Core.Decisions.Command.RunAction(id, EffectKey.Of(run, id.Path, id.Purpose, 0), action, inputs, deadline, token, false));
            var outcome = await actions.ExecuteAsync(call, cancellationToken);
            if (outcome is not Outcome.Pending pending)
                return outcome;
            output.WriteLine(pending.Progress ?? "written, waiting for the gateways");
            (id, token) = (id with { Poll = id.Poll + 1 }, pending.Token);
            if (pending.AskAgainAt - time.GetUtcNow() is var wait && wait > TimeSpan.Zero)
                await Task.Delay(wait, time, cancellationToken);
        }
    }
}
