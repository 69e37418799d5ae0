using System.Collections.Immutable;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using Playbooks.Connectors;
using Playbooks.Connectors.DeadLetters;
using Playbooks.Connectors.Erasures;
using Playbooks.Connectors.Storage;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Expressions;
using Playbooks.Core.Json;
using Playbooks.Integration.Tests.Azurite;

namespace Playbooks.Integration.Tests.DeadLetters;

/// <summary>A dead-letter queue, a work queue, a ledger and an erasure ledger of its own on Azurite.</summary>
internal sealed class LetterRig : IDisposable
{
    private const string Account = "store";
    /// <summary>Nobody consumes in most tests, so there is nothing to watch for; and hidden letters come back soon.</summary>
    public static readonly ReplayPace Quick = new()
    {
        Hidden = TimeSpan.FromSeconds(1), WatchMax = TimeSpan.Zero, PollInterval = TimeSpan.FromMilliseconds(50),
    };

    private readonly string connectionFile = Path.GetTempFileName();
    private readonly string name;

    private LetterRig(string connectionString, string name, ConsumerKind consumer, string? classifier)
    {
        this.name = name;
        File.WriteAllText(connectionFile, connectionString);
        Environment = new DeploymentEnvironment
        {
            Name = "rig",
            Kind = EnvironmentKind.Live,
            Storage = ImmutableSortedDictionary<string, StorageAccount>.Empty.Add(Account,
                new StorageAccount(new SecretReference("file:" + connectionFile), null, null, null, null)),
            Queues = ImmutableSortedDictionary<string, QueueTarget>.Empty.Add("jobs", new QueueTarget(Account, name + "-poison", name, name, consumer,
                Expression(classifier), Expression("id"), Expression("student"), Expression("student"))),
            Erasures = new TableTarget(Account, name + "erased"),
            Evidence = new ContainerTarget(Account, "evidence"),
            Anchor = new ContainerTarget(Account, "anchor"),
            Signing = new SigningKeys(null, new SecretReference("env:NONE"), new SecretReference("env:NONE")),
            Text = "{}",
            Digest = new string('0', 64),
        };
        var clients = new StorageClients(new Secrets());
        Dead = clients.Queues(Environment, Account).GetQueueClient(name + "-poison");
        Work = clients.Queues(Environment, Account).GetQueueClient(name);
        Table = clients.Tables(Environment, Account).GetTableClient(name);
        Erasures = ErasureLedger.Open(clients, Environment, Environment.Erasures, TimeProvider.System);
    }

    public DeploymentEnvironment Environment { get; }
    public QueueClient Dead { get; }
    public QueueClient Work { get; }
    public TableClient Table { get; }
    public ErasureLedger Erasures { get; }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<LetterRig> NewAsync(AzuriteFixture azurite, ConsumerKind consumer = ConsumerKind.Keyed, string? classifier = null)
    {
        var rig = new LetterRig(azurite.ConnectionString, AzuriteFixture.Unique("letters"), consumer, classifier);
        await rig.Dead.CreateAsync(cancellationToken: Cancelled);
        await rig.Work.CreateAsync(cancellationToken: Cancelled);
        return rig;
    }

    /// <summary>The same queues by another road to the store.</summary>
    public LetterRig Seen(string connectionString) => new(connectionString, name, Environment.Queues["jobs"].Consumer, null);

    public static string Enveloped(string key, string? order = null, string? subject = null, int? attempts = null, int at = 0, string body = "{}") =>
        new Envelope(key, order, subject, "timeout", new DateTimeOffset(2026, 11, 24, 3, 0, at, TimeSpan.Zero), attempts, null, JsonData.Parse(body)).ToJson().Text;

    public async Task PlantAsync(params IEnumerable<string> texts)
    {
        foreach (var text in texts)
            await Dead.SendMessageAsync(text, null, TimeSpan.FromSeconds(-1), Cancelled);
    }

    public ActionCall Call(string key = "key-1", int attempt = 1, string? token = null, bool stopping = false, params (string, JsonData)[] inputs) =>
        new("run-1", RunMode.Live, Environment, new Command.RunAction(new CommandId("replay", Purpose.Do, 0, attempt, 0), key,
            Catalogue.Find("deadletters.reprocess")!, JsonData.Object([("queue", JsonData.Of("jobs")), .. inputs]),
            DateTimeOffset.UtcNow.AddMinutes(5), token, stopping));

    public static ActionSet Actions(Action<ClientOptions>? configure = null, ReplayPace? pace = null) =>
        new([new ReprocessDeadLetters(new StorageClients(new Secrets(), configure), TimeProvider.System, pace ?? Quick)], TimeProvider.System);

    /// <summary>Asks until the answer is not "later". The waits between are the engine's, and left out.</summary>
    public async Task<Outcome> RunAsync(ActionCall? call = null, Action<ClientOptions>? configure = null, ReplayPace? pace = null)
    {
        var next = call ?? Call();
        var actions = Actions(configure, pace);
        for (var poll = 0; poll < Limits.PollsPerAttemptMax; poll++)
        {
            var outcome = await actions.ExecuteAsync(next, Cancelled);
            if (outcome is not Outcome.Pending pending)
                return outcome;
            Assert.InRange(pending.Token.Length, 0, 200);
            next = next with { Command = next.Command with { Token = pending.Token } };
        }
        throw new Xunit.Sdk.XunitException("Still pending after all polls.");
    }

    public async Task<JsonData> SucceedAsync(ActionCall? call = null, Action<ClientOptions>? configure = null, ReplayPace? pace = null) =>
        Assert.IsType<Outcome.Succeeded>(await RunAsync(call, configure, pace)).Output;

    public static string Counts(JsonData output) => string.Join(' ', output.Properties.Where(p => p.Key != "ledger").Select(p => $"{p.Key}={p.Value.Text}"));

    public async Task<List<LedgerRow>> RowsAsync()
    {
        var rows = new List<LedgerRow>();
        try
        {
            await foreach (var entity in Table.QueryAsync<TableEntity>("RowKey ge 'letter|' and RowKey lt 'letter}'", cancellationToken: Cancelled))
                rows.Add(LedgerRow.Read(entity));
        }
        catch (Azure.RequestFailedException absent) when (absent.Status == 404)
        {
            // The table is made by the first call.
        }
        return rows;
    }

    /// <summary>All letters in the work queue, oldest first; they stay hidden.</summary>
    public async Task<List<string>> WorkAsync()
    {
        var texts = new List<string>();
        while ((await Work.ReceiveMessagesAsync(32, TimeSpan.FromHours(1), Cancelled)).Value is { Length: > 0 } messages)
            texts.AddRange(messages.Select(message => message.MessageText));
        return texts;
    }

    public static string KeyOf(string text) => JsonData.Parse(text)["key"]!.AsString()!;

    public static async Task<int> CountAsync(QueueClient queue) => (await queue.GetPropertiesAsync(Cancelled)).Value.ApproximateMessagesCount;

    public void Dispose() => File.Delete(connectionFile);

    private static Expression? Expression(string? text) => text is null ? null : Core.Expressions.Expression.Parse(text).Expression;
}
