using System.CommandLine;
using Playbooks.Cli.Host;
using Playbooks.Cli.LocalStack;
using Playbooks.Hosting;
using Playbooks.Web.Alerts;

namespace Playbooks.Cli.Verbs;

/// <summary><c>serve</c>: the embedded host.</summary>
internal static class ServeVerb
{
    public static Command Create()
    {
        var (environment, folder, data) = (CommonOptions.Environment(), CommonOptions.Playbooks(), CommonOptions.Data());
        var port = new Option<int>("--port") { Description = "Port of the run API on 127.0.0.1 (default: a free one)" };
        var evidence = new Option<string>("--evidence") { Description = "Folder for the evidence of runs that end", DefaultValueFactory = _ => "evidence" };
        var command = new Command("serve",
            "Runs the engine: goes on with what is unfinished, starts what the playbooks schedule and what alerts and dead letters ask for, and takes orders from the other verbs. Ends with Ctrl+C; what runs then is taken up again at the next start. "
            + "A scheduled time that was missed is run once at start when it is less than an hour ago; older ones are left out.")
            { environment, folder, data, port, evidence };
        command.Handle(async (parsed, output, cancellationToken) =>
        {
            var library = LibraryFolder.Find(parsed.GetValue(folder));
            var target = library.LoadEnvironment(parsed.GetValue(environment)!);
            var playbooks = library.Names().Select(library.Load).ToList();
            var workspace = parsed.WorkspaceOf(data);
            var subscriptions = AlertSettings.Subscriptions(Environment.GetEnvironmentVariable);
            await using var stack = await DevelopmentStack.StartAsync(workspace, target, TimeProvider.System, output.WriteLine, cancellationToken);
            await using var host = await EmbeddedHost.OpenAsync(workspace, library, target, TimeProvider.System, parsed.GetValue(port), playbooks);
            host.People.Say = output.WriteLine;
            output.WriteLine($"{playbooks.Count} playbooks in {target.Name}; pages and run API at {host.Server.Url} (key in {workspace.Folder}), alerts at {host.Server.Url.ToString().TrimEnd('/')}{AlertApi.Path}");
            var keeper = new EvidenceKeeper(host.Engine, target, Path.GetFullPath(parsed.GetValue(evidence)!), host.Telemetry.Saying("Evidence", output.WriteLine));
            host.People.Ended = run => keeper.Keep(run, cancellationToken);
            var scheduler = new Scheduler(host.StartAsync, playbooks, target, TimeProvider.System, host.Telemetry.Saying("Scheduler", output.WriteLine));
            var alerts = host.Alerts!.RunAsync(cancellationToken);
            var reconciler = AlertSettings.Reconciler(subscriptions, host.Engine.Alerts, host.Alerts.Wake, TimeProvider.System, host.Telemetry.Saying("Alerts", output.WriteLine));
            var reconciling = reconciler?.RunAsync(cancellationToken) ?? Task.Delay(Timeout.Infinite, cancellationToken);
            var deadLetters = host.DeadLetters!.RunAsync(cancellationToken);
            await Task.WhenAny(scheduler.RunAsync(cancellationToken), alerts, reconciling, deadLetters, host.Engine.Completion);
            foreach (var stopped in new[] { host.Engine.Completion, alerts, reconciling, deadLetters }.Where(task => task.IsFaulted))
                await stopped;
            await keeper.Completion;
            return ExitCodes.Ok;
        });
        return command;
    }
}
