using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Playbooks.Core;
using Playbooks.Sqlite;

namespace Playbooks.Tests.Sqlite;

/// <summary>A crash test sees only the instants that have a name, so every append and every effect must have one on either side.</summary>
[Collection(CrashPoints.Name)]
public sealed partial class CrashPointTests
{
    /// <summary>
    /// Statements inside the writer's transaction, and the thin calls that run any statement: nothing is durable by them alone. The tables
    /// are made in a file that is not in its place yet; its making has a test of its own.
    /// </summary>
    private static readonly string[] InTransaction = ["AlertsWriter.cs", "JournalWriter.cs", "Schema.cs", "SqliteCalls.cs", "StartsWriter.cs"];

    [Fact]
    public void Every_effect_has_a_crash_point_on_either_side()
    {
        var effects = Lines().Where(line => Effect().IsMatch(line.Text)).ToList();

        Assert.True(effects.Count >= 6, "The pattern no longer finds the effects.");
        Assert.Empty(effects.Where(line => !line.Text.Contains("CrashPoint.AroundAsync(", StringComparison.Ordinal)).Select(line => line.Where));
    }

    [Fact]
    public void Every_append_has_a_crash_point_on_either_side()
    {
        var appends = Lines().Where(line => Append().IsMatch(line.Text) && !InTransaction.Contains(line.File)
            || line.Text.Contains("commit.ExecuteNonQuery", StringComparison.Ordinal)).ToList();

        Assert.Equal(["Checkpointer.cs", "Journal.cs", "JournalWriter.cs"], appends.Select(line => line.File).Order(StringComparer.Ordinal));
        Assert.Empty(appends.Where(line => !line.Text.Contains("CrashPoint.Around(", StringComparison.Ordinal)
            && !(line.Before.Contains("CrashPoint.Hit(", StringComparison.Ordinal) && line.After.Contains("CrashPoint.Hit(", StringComparison.Ordinal))).Select(line => line.Where));
    }

    [Fact]
    public void Making_the_file_has_a_crash_point_on_either_side()
    {
        var text = Repository.Read("src/Playbooks.Sqlite/JournalFile.cs");
        var create = text[text.IndexOf("private static void Create", StringComparison.Ordinal)..];

        Assert.InRange(create.IndexOf("create:before", StringComparison.Ordinal), 0, create.IndexOf("Delete(", StringComparison.Ordinal));
        Assert.InRange(create.IndexOf("MoveIntoPlace(", StringComparison.Ordinal), 0, create.IndexOf("create:after", StringComparison.Ordinal));
    }

    /// <summary>A port that the options learn to hold must be known to the pattern above, or its calls would be missed. A line for the operator and what is told of a commit change no world.</summary>
    [Fact]
    public void The_patterns_know_every_port_that_acts_on_the_world()
    {
        var acting = typeof(EngineOptions).GetProperties().Where(property => property.Name is not nameof(EngineOptions.Say) and not nameof(EngineOptions.Committed))
            .Where(property => property.PropertyType.IsInterface && property.PropertyType.Assembly == typeof(IActions).Assembly || typeof(Delegate).IsAssignableFrom(property.PropertyType));

        Assert.All(acting, property => Assert.Matches(Effect(), $"options.{property.Name}"));
    }

    [Fact]
    public async Task A_journal_that_is_made_and_written_to_comes_past_them_in_this_order()
    {
        var seen = new ConcurrentQueue<string>();
        using var folder = new TempFolder();
        CrashPoint.OnHit = seen.Enqueue;
        try
        {
            await using var journal = Journal.Open(folder.Journal);
            await journal.AppendAsync(new([new("run-1", 0, [JournalTests.Signal("one")])]));
        }
        finally
        {
            CrashPoint.OnHit = null;
        }

        Assert.Equal(["create:before", "create:after", "open:before", "open:after", "append:before-write", "append:before-commit", "append:after-commit"], seen.Take(7));
    }

    [Fact]
    public void They_are_off_by_default() => Assert.Null(CrashPoint.OnHit);

    private static IEnumerable<(string File, string Where, string Before, string Text, string After)> Lines() =>
        from path in Directory.GetFiles(Path.Combine(Repository.Root, "src", "Playbooks.Sqlite"), "*.cs")
        let lines = File.ReadAllLines(path)
        from index in Enumerable.Range(1, Math.Max(0, lines.Length - 2))
        where !lines[index].TrimStart().StartsWith("//", StringComparison.Ordinal)
        select (Path.GetFileName(path), $"{Path.GetFileName(path)}:{index + 1}: {lines[index].Trim()}", lines[index - 1], lines[index], lines[index + 1]);

    [GeneratedRegex(@"\boptions\.(Actions|People|Anchors|RaiseAlert)\b")]
    private static partial Regex Effect();

    [GeneratedRegex("""(Execute|Scalar<\w+>|Statement)\((connection, )?\$?"[^"]*\b(INSERT|UPDATE|DELETE|REPLACE|COMMIT|wal_checkpoint)\b""")]
    private static partial Regex Append();
}
