using Microsoft.Extensions.Logging;
using Playbooks.Connectors;
using Playbooks.Connectors.DeadLetters;
using Playbooks.Connectors.Evidence;
using Playbooks.Connectors.Storage;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.DurableFunctions.Activities;
using Playbooks.DurableFunctions.Runs;
using Playbooks.DurableFunctions.Storage;
using Playbooks.Hosting;
using Playbooks.Web.Access;
using Playbooks.Web.Alerts;
using Playbooks.Web.SignIn;
using Playbooks.Web.Tokens;

namespace Playbooks.DurableFunctions.Host;

/// <summary>
/// The second shell with everything it needs around it, made from app settings. It knows no Functions package: what it needs of the durable task client
/// is one interface, which is there from the first invocation on.
/// </summary>
public sealed class AzureHost : IAsyncDisposable
{
    /// <summary>After a start the run is in its journal soon; whoever started it wants to see it.</summary>
    private static readonly TimeSpan BegunWithin = TimeSpan.FromSeconds(3.5);
    private static readonly TimeSpan LooksEvery = TimeSpan.FromMilliseconds(250);

    private readonly Telemetry telemetry;
    private readonly Func<string, string?> setting;

    private AzureHost(Func<string, string?> setting, string folder, IInstances instances, TimeProvider time, ILoggerFactory logs)
    {
        (this.setting, Instances, Time) = (setting, instances, time);
        Library = new PlaybookLibrary(Path.Combine(folder, "playbooks"));
        Environment = Library.LoadEnvironment(setting(HostVariables.Environment) is { Length: > 0 } name ? name
            : throw new HostSettingException($"Set {HostVariables.Environment} to the name of the environment in which this host works."));
        Playbooks = [.. Library.Names().Select(Library.Load)];
        Senders = AlertSettings.Read(setting, time);
        Subscriptions = AlertSettings.Subscriptions(setting);
        (SignIn, Tokens) = (SignInVariables.Settings(setting, Environment), SignInVariables.Tokens(setting, time));
        Key = StateAccount.DevelopmentKey(setting) is { } key ? new ServerKey(key, new Caller(LocalDirectory.LocalPrefix + System.Environment.UserName, System.Environment.UserName, Votes.ViaTerminal, CallerKind.KeyHolder)) : null;
        var secrets = new Secrets();
        var clients = new StorageClients(secrets);
        Storage = StateAccount.Open(setting, clients);
        (Journals, var stores, var deliveries, Index) = (new BlobJournals(Storage), new BlobStores(Storage), new BlobDeliveries(Storage, time), new TableRuns(Storage));
        var known = new KnownJournals(Journals);
        People = new LogPeople(logs.CreateLogger("Playbooks"));
        telemetry = Telemetry.Open(Telemetry.Variables(), Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "playbooks")).FullName, Environment, time);
        Inbox = new Inbox(instances, deliveries, known, time);
        Keys = new RunKeys(new BlobKeys(Storage), stores, known, instances, Inbox, time, TellAsync);
        Runs = new DurableRuns(instances, known, stores, Inbox, Index, Keys, time);
        Starts = new NamedStarts(Runs, Library, Environment);
        Teams = TeamsHost.Of(Environment, secrets, () => Runs, People, time);
        var actions = AllActions.Create(new ActionHost(clients, secrets, time)
        {
            SuiteFolder = Library.Environments,
            Notify = Teams is null ? People.PostAsync : Teams.NotifyAsync,
            ReadJournal = (run, cancellationToken) => Runs.ReadAsync(run, 1, cancellationToken),
        });
        var committed = telemetry.Committed;
        Activities = new RunActivities(Journals, known, stores, stores, deliveries, Index, Keys, new RunOutside(actions, (IPeople?)Teams ?? People, new BlobAnchors(clients),
            (run, cancellationToken) => DrillAlert.RaiseAsync(Runs, run, time, cancellationToken), Teams is null ? committed : committed + Teams.Committed), time);
        Alerts = telemetry.Begin(Runs, new TableAlerts(Storage, time));
        Dispatcher = new AlertDispatcher(Alerts, Runs, new AlertPolicy(Playbooks, Environment, Starts.StartAsync, Keys.ResolvedAsync, Say, telemetry.Saying("Alerts", Say), Trouble.Passes));
        DeadLetters = new DeadLetterWatch(Playbooks, Environment, telemetry.Counting(new LetterCounter(clients).CountAsync), Alerts, Dispatcher.Wake, time, Say);
        Scheduler = new Scheduler(Starts.StartAsync, Playbooks, Environment, time, telemetry.Saying("Scheduler", Say));
        Marks = new BlobMarks(Storage);
        Gate = new Gate(new PeopleDirectory(new LocalDirectory(), entra: Teams?.Directory), time);
        Door = new RunDoor(Runs, Gate, Environment, StartAsync, Say);
        Packs = new EvidencePacks(Runs, Index, clients, secrets, Environment, Say);
    }

    public PlaybookLibrary Library { get; }
    public DeploymentEnvironment Environment { get; }
    public IReadOnlyList<Playbook> Playbooks { get; }
    public AlertSenders Senders { get; }
    public string[] Subscriptions { get; }
    public SignInSettings SignIn { get; }
    public PersonTokens? Tokens { get; }

    /// <summary>For development; null elsewhere.</summary>
    public ServerKey? Key { get; }

    public IInstances Instances { get; }
    public TimeProvider Time { get; }
    public StateStorage Storage { get; }
    public BlobJournals Journals { get; }
    public TableRuns Index { get; }
    public BlobMarks Marks { get; }
    public Inbox Inbox { get; }
    public RunKeys Keys { get; }
    public DurableRuns Runs { get; }
    public RunActivities Activities { get; }
    public NamedStarts Starts { get; }
    public IAlertInbox Alerts { get; }
    public AlertDispatcher Dispatcher { get; }
    public DeadLetterWatch DeadLetters { get; }
    public Scheduler Scheduler { get; }
    public EvidencePacks Packs { get; }
    public Gate Gate { get; }
    public RunDoor Door { get; }

    /// <summary>Null where the environment has no <c>teams</c> block.</summary>
    public TeamsHost? Teams { get; }

    private LogPeople People { get; }

    /// <param name="setting">An app setting by its name; null where it is not set.</param>
    /// <param name="folder">Where the app lies, with <c>playbooks</c> in it.</param>
    /// <exception cref="HostSettingException">A setting or a file has to be mended; the message says how.</exception>
    public static AzureHost Open(Func<string, string?> setting, string folder, IInstances instances, TimeProvider time, ILoggerFactory logs) => new(setting, folder, instances, time, logs);

    /// <summary>Null where there is no subscription to ask.</summary>
    public AlertReconciler? Reconciler() => AlertSettings.Reconciler(Subscriptions, Alerts, Dispatcher.Wake, Time, Say);

    public string? Setting(string name) => setting(name);

    public void Say(string line) => People.Say(line);

    public ValueTask DisposeAsync()
    {
        Dispatcher.Dispose();
        Teams?.Dispose();
        // Sends what there is.
        return telemetry.DisposeAsync();
    }

    /// <summary>Answers when the run can be looked at, unless the host is slow.</summary>
    private async Task<StartAnswer> StartAsync(StartBody body, Caller caller, CancellationToken cancellationToken)
    {
        var answer = await Starts.StartAsync(body, caller, cancellationToken);
        for (var until = Time.GetUtcNow() + BegunWithin; answer.RunId is { } run && Time.GetUtcNow() < until && await Runs.FindAsync(run, cancellationToken) is null;)
            await Task.Delay(LooksEvery, Time, cancellationToken);
        return answer;
    }

    private async Task TellAsync(RunSummary run, Command.Tell message, CancellationToken cancellationToken)
    {
        try
        {
            await ((IPeople?)Teams ?? People).TellAsync(run, message, cancellationToken);
        }
#pragma warning disable CA1031 // Whatever a channel throws: the alert is stored and starts its run when the cooldown ends.
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Say($"{message.Role} could not be told: {failure.Message}");
        }
    }
}
