using System.Collections.Immutable;
using System.Diagnostics;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Playbooks.Cli.LocalStack;
using Playbooks.Connectors;
using Playbooks.Connectors.DeadLetters;
using Playbooks.Connectors.Storage;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Bench;

/// <summary>
/// Replaying 2,000 dead letters beside a bare loop that makes the same storage calls, with as many in flight, on the same Azurite; rounds in
/// turn. Azurite's own time is most of both, so the ratio says what our bookkeeping adds.
/// </summary>
internal static class DeadLettersBenchmark
{
    private const int Letters = 2_000;
    private const int Rounds = 8;
    private const double Goal = 0.85;
    private const string Account = "store";
    /// <summary>The bare loop has no answer to a letter that it meets twice.</summary>
    private static readonly TimeSpan Hidden = TimeSpan.FromMinutes(10);

    public static async Task<IReadOnlyList<Figure>> RunAsync()
    {
        // On disk: in memory it keeps an extent per message, and its collector stops everything for a minute over thousands of them.
        var folder = Directory.CreateTempSubdirectory("bench-deadletters-");
        await using var azurite = await Azurite.StartAsync(
            new AzuriteOptions(folder.FullName, Say: Console.Error.WriteLine), TimeProvider.System, CancellationToken.None);
        var connection = Path.GetTempFileName();
        await File.WriteAllTextAsync(connection, azurite.ConnectionString);
        try
        {
            // Neither pays for code that was never run before.
            await OursAsync(connection, 100);
            await BareAsync(connection, 100);
            List<double> ours = [], bare = [];
            for (var round = 0; round < Rounds; round++)
            {
                // First the one, then the other: whoever comes later meets a slower Azurite.
                if (round % 2 == 0)
                    bare.Add(Letters / await BareAsync(connection, Letters));
                ours.Add(Letters / await OursAsync(connection, Letters));
                if (round % 2 == 1)
                    bare.Add(Letters / await BareAsync(connection, Letters));
                Console.Error.WriteLine($"round {round + 1}: {bare[^1]:0} and {ours[^1]:0} letters/s");
            }
            // Of neighbours, so that a slow moment of the machine falls on both.
            var ratio = Median(bare.Zip(ours, (b, o) => o / b));
            return [new Figure("deadletters.replay", Median(ours), "letters/s", Median(bare), ratio, $"ratio >= {Goal}", ratio >= Goal)];
        }
        finally
        {
            File.Delete(connection);
        }
    }

    private static async Task<double> OursAsync(string connection, int letters)
    {
        var (environment, storage, dead, work, table) = await PlantedAsync(connection, letters);
        var actions = new ActionSet([new ReprocessDeadLetters(storage, TimeProvider.System, new ReplayPace { WatchMax = TimeSpan.Zero })], TimeProvider.System);
        var call = new ActionCall("run-1", RunMode.Live, environment, new Command.RunAction(new CommandId("replay", Purpose.Do, 0, 1, 0), dead.Name,
            Catalogue.Find("deadletters.reprocess")!, JsonData.Object(("queue", JsonData.Of("jobs"))), DateTimeOffset.UtcNow.AddMinutes(30), null, false));
        var clock = Stopwatch.StartNew();
        while (true)
        {
            switch (await actions.ExecuteAsync(call, CancellationToken.None))
            {
                case Outcome.Succeeded done when done.Output["sent"]?.AsInt64() == letters:
                    return await ClearedAsync(clock.Elapsed, dead, work, table);
                case Outcome.Pending later:
                    call = call with { Command = call.Command with { Token = later.Token } };
                    break;
                case var other:
                    throw new InvalidOperationException(other.ToString());
            }
        }
    }

    /// <summary>Receive, keep, delete; then per chunk: claim, send, mark. No thinking in between.</summary>
    private static async Task<double> BareAsync(string connection, int letters)
    {
        var (_, _, dead, work, table) = await PlantedAsync(connection, letters);
        var eight = new ParallelOptions { MaxDegreeOfParallelism = Reprocess.ParallelMax };
        var clock = Stopwatch.StartNew();
        await table.CreateIfNotExistsAsync();
        var rows = new List<TableEntity>();
        while ((await dead.ReceiveMessagesAsync(Reprocess.ReceiveMax, Hidden)).Value is { Length: > 0 } messages)
        {
            var kept = messages.Select(Row).ToList();
            await table.SubmitTransactionAsync(kept.Select(row => new TableTransactionAction(TableTransactionActionType.Add, row)));
            await Parallel.ForEachAsync(messages, eight, async (message, ct) => await dead.DeleteMessageAsync(message.MessageId, message.PopReceipt, ct));
            rows.AddRange(kept);
        }
        foreach (var chunk in rows.Chunk(Reprocess.ChunkMax))
        {
            await table.SubmitTransactionAsync(chunk.SelectMany(row => new[]
            {
                new TableTransactionAction(TableTransactionActionType.UpdateMerge, Marked(row, "held"), Azure.ETag.All),
                new TableTransactionAction(TableTransactionActionType.Add, new TableEntity("bare", "key|" + row.RowKey) { ["Letter"] = row.RowKey }),
            }));
            await Parallel.ForEachAsync(chunk, eight, async (row, ct) =>
                await work.SendMessageAsync(row.GetString("Text"), null, TimeSpan.FromSeconds(-1), ct));
            await table.SubmitTransactionAsync(chunk.Select(row =>
                new TableTransactionAction(TableTransactionActionType.UpdateReplace, Marked(row, "sent"), Azure.ETag.All)));
        }
        return await ClearedAsync(clock.Elapsed, dead, work, table);
    }

    /// <summary>Azurite gets slower with every message that lies anywhere in it.</summary>
    private static async Task<double> ClearedAsync(TimeSpan taken, QueueClient dead, QueueClient work, TableClient table)
    {
        await dead.DeleteAsync();
        await work.DeleteAsync();
        await table.DeleteAsync();
        return taken.TotalSeconds;
    }

    private static TableEntity Row(QueueMessage message) => new("bare", message.MessageId)
    {
        ["State"] = "held", ["Key"] = message.MessageId, ["Reason"] = "timeout", ["InsertedOn"] = message.InsertedOn, ["Text"] = message.MessageText,
    };

    private static TableEntity Marked(TableEntity row, string state) => new("bare", row.RowKey)
    {
        ["State"] = state, ["Key"] = row.RowKey, ["Reason"] = "timeout", ["InsertedOn"] = row.GetDateTimeOffset("InsertedOn"), ["Attempts"] = 1,
    };

    private static async Task<(DeploymentEnvironment Environment, StorageClients Storage, QueueClient Dead, QueueClient Work, TableClient Table)> PlantedAsync(
        string connection, int letters)
    {
        var name = "bench" + Guid.NewGuid().ToString("N")[..12];
        var environment = new DeploymentEnvironment
        {
            Name = "bench",
            Kind = EnvironmentKind.Live,
            Storage = ImmutableSortedDictionary<string, StorageAccount>.Empty.Add(Account,
                new StorageAccount(new SecretReference("file:" + connection), null, null, null, null)),
            Queues = ImmutableSortedDictionary<string, QueueTarget>.Empty.Add("jobs",
                new QueueTarget(Account, name + "-poison", name, name, ConsumerKind.Keyed, null, null, null, null)),
            Evidence = new ContainerTarget(Account, "evidence"),
            Anchor = new ContainerTarget(Account, "anchor"),
            Signing = new SigningKeys(null, new SecretReference("env:NONE"), new SecretReference("env:NONE")),
            Text = "{}",
            Digest = new string('0', 64),
        };
        var storage = new StorageClients(new Secrets());
        var dead = storage.Queues(environment, Account).GetQueueClient(name + "-poison");
        var work = storage.Queues(environment, Account).GetQueueClient(name);
        await dead.CreateAsync();
        await work.CreateAsync();
        await Parallel.ForEachAsync(Enumerable.Range(0, letters), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, ct) =>
        {
            var letter = new Envelope($"job-{i}", $"student-{i % 500}", null, "timeout", DateTimeOffset.UnixEpoch.AddSeconds(i), null, null,
                JsonData.Object(("essay", JsonData.Of(new string('x', 500)))));
            await dead.SendMessageAsync(letter.ToJson().Text, null, TimeSpan.FromSeconds(-1), ct);
        });
        return (environment, storage, dead, work, storage.Tables(environment, Account).GetTableClient(name));
    }

    private static double Median(IEnumerable<double> values) => values.Order().ToList() is var sorted ? (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2 : 0;
}
