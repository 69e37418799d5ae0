using Playbooks.Connectors.DeadLetters;
using Playbooks.Connectors.Evidence;
using Playbooks.Connectors.Storage;
using Playbooks.Connectors;
using Playbooks.Core.Definitions;
using Playbooks.Core;
using Playbooks.Hosting;
using Playbooks.Sqlite;
using Playbooks.Web.Access;
using Playbooks.Web.Teams;
using Playbooks.Web.Alerts;

namespace Playbooks.Cli.Host;

/// <summary>The embedded shell with everything it needs around it: connectors, people at the terminal, anchors, the run API.</summary>
internal sealed class EmbeddedHost : IAsyncDisposable
{
    private readonly NamedStarts starts;
    private int disposed;

    private EmbeddedHost(Engine engine, NamedStarts starts, TerminalPeople people, RunServer server, AlertDispatcher? alerts, DeadLetterWatch? deadLetters, Telemetry telemetry) =>
        (Engine, this.starts, People, Server, Alerts, DeadLetters, Telemetry) = (engine, starts, people, server, alerts, deadLetters, telemetry);

    public Engine Engine { get; }
    public TerminalPeople People { get; }
    public RunServer Server { get; }

    /// <summary>Makes of alerts what the playbooks say; null where the host takes none.</summary>
    public AlertDispatcher? Alerts { get; }

    /// <summary>Counts dead letters for the playbooks that start by them; null where the host takes no alerts.</summary>
    public DeadLetterWatch? DeadLetters { get; }

    public Telemetry Telemetry { get; }

    /// <summary>Null where the environment has no <c>teams</c> block.</summary>
    public TeamsHost? Teams { get; private init; }

    /// <param name="port">Of the run API; 0 takes a free one.</param>
    /// <param name="onAlert">Playbooks that alerts and dead letters start; null where the host takes no alerts.</param>
    /// <param name="variables">Who may come in, who may send alerts and where telemetry goes; null for those of the process.</param>
    public static async Task<EmbeddedHost> OpenAsync(Workspace workspace, PlaybookLibrary library, DeploymentEnvironment environment, TimeProvider time, int port, IReadOnlyList<Playbook>? onAlert = null,
        IReadOnlyDictionary<string, string>? variables = null)
    {
        // What is set wrongly is said before any run is taken up.
        Func<string, string?> setting = variables is null ? Environment.GetEnvironmentVariable : variables.GetValueOrDefault;
        var senders = onAlert is null ? null : AlertSettings.Read(setting, time);
        var (signIn, tokens) = (SignInVariables.Settings(setting, environment), SignInVariables.Tokens(setting, time));
        var secrets = new Secrets();
        var storage = new StorageClients(secrets);
        var people = new TerminalPeople();
        var telemetry = Telemetry.Open(variables ?? Telemetry.Variables(), workspace.Folder, environment, time);
        var opening = new OpeningRuns();
        var teams = TeamsHost.Of(environment, secrets, () => opening, people, time);
        var actions = AllActions.Create(new ActionHost(storage, secrets, time)
        {
            SuiteFolder = library.Environments,
            Notify = teams is null ? people.PostAsync : teams.NotifyAsync,
            ReadJournal = (run, cancellationToken) => opening.ReadAsync(run, 1, cancellationToken),
        });
        var engine = await Engine.OpenAsync(workspace.Journal, new EngineOptions
        {
            Actions = actions,
            People = (IPeople?)teams ?? people,
            Anchors = new BlobAnchors(storage),
            RaiseAlert = (run, cancellationToken) => DrillAlert.RaiseAsync(opening, run, time, cancellationToken),
            Time = time,
            Say = telemetry.Saying("Engine", line => people.Say(line)),
            Committed = teams is null ? telemetry.Committed : telemetry.Committed + teams.Committed,
        });
        opening.Opened(engine);
        var starts = new NamedStarts(engine, library, environment);
        var inbox = telemetry.Begin(engine, engine.Alerts);
        var dispatcher = onAlert is null ? null : new AlertDispatcher(inbox, engine, new AlertPolicy(onAlert, environment,
            starts.StartAsync, engine.ResolveHeldBackAsync, line => people.Say(line), telemetry.Saying("Alerts", line => people.Say(line))));
        var watch = dispatcher is null ? null : new DeadLetterWatch(onAlert!, environment, telemetry.Counting(new LetterCounter(storage).CountAsync), inbox, dispatcher.Wake, time,
            telemetry.Saying("DeadLetters", line => people.Say(line)));
        try
        {
            var gate = new Gate(new PeopleDirectory(new LocalDirectory(), entra: teams?.Directory), time);
            var door = new RunDoor(engine, gate, environment,
                starts.StartAsync, line => people.Say(line));
            var server = await RunServer.StartAsync(workspace, engine, port, signIn, tokens, time, door,
                (endpoints, key) =>
                {
                    if (dispatcher is not null)
                        endpoints.MapAlertApi(inbox, senders! with { Caller = key.Of }, dispatcher.Wake, time);
                    teams?.Map(endpoints, engine, door, gate, BotPlaces.Open(workspace.BotPlaces), line => people.Say(line));
                },
                callers => new Dashboard(library).HostOf(engine, inbox, environment, gate, door, callers, (run, sequence, cancellationToken) => ChangedAsync(engine, run, sequence, cancellationToken),
                    () => engine.Completion.IsCompleted ? new EngineHealth("The engine has stopped; start the host again.", null) : engine.Health, time));
            if (teams is not null)
                _ = SweepAsync(teams, line => people.Say(line));
            return new EmbeddedHost(engine, starts, people, server, dispatcher, watch, telemetry) { Teams = teams };
        }
        catch
        {
            await engine.DisposeAsync();
            teams?.Dispose();
            await telemetry.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // The end of a drill disposes it before the storage goes, and the session again when it is left.
        if (Interlocked.Exchange(ref disposed, 1) != 0)
            return;
        await Server.DisposeAsync();
        Alerts?.Dispose();
        await Engine.DisposeAsync();
        Teams?.Dispose();
        await Telemetry.DisposeAsync();
    }

    /// <summary>Cards that changed while no host ran; nothing waits for it.</summary>
    private static async Task SweepAsync(TeamsHost teams, Action<string> say)
    {
        try
        {
            await teams.SweepAsync();
        }
        catch (JournalException failure)
        {
            say($"Cards in Teams were not brought up to date: {failure.Message}");
        }
    }

    private static async Task<bool> ChangedAsync(Engine engine, string run, long sequence, CancellationToken cancellationToken)
    {
        await foreach (var _ in engine.SubscribeAsync(run, sequence + 1, cancellationToken))
            return true;
        return false;
    }

    /// <summary>Starts a run of a playbook that fits the environment.</summary>
    public Task<StartResult> StartAsync(StartRequest request, CancellationToken cancellationToken) => starts.StartAsync(request, cancellationToken);
}
