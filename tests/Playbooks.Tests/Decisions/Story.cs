using System.Collections.Immutable;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Tests.Decisions;

/// <summary>
/// Given events, when decided, then commands: a run told step by step in virtual time. Time only moves with <see cref="After"/>, which
/// fires every timer that is due on the way. Messages to people and anchors are delivered at once unless told otherwise.
/// </summary>
internal sealed class Story
{
    public static readonly DateTimeOffset Start = new(2026, 1, 12, 3, 0, 0, TimeSpan.Zero);
    private const string Owner = "epoch:1";

    private Story() { }

    public Run Run { get; private set; } = Run.Empty;
    public List<RunEvent> Events { get; } = [];
    public List<Command> Outstanding { get; private set; } = [];
    /// <summary>Every action that was started, in order.</summary>
    public List<Command.RunAction> Started { get; } = [];
    public DateTimeOffset Now { get; private set; } = Start;
    public bool Delivers { get; set; } = true;

    /// <summary>A run of a playbook that is valid except that the given steps are its steps.</summary>
    public static Story Of(string steps, RunMode mode = RunMode.Live, string rto = "PT4H", string extra = "", string startedBy = "operator", JsonData? inputs = null, bool delivers = true) =>
        OfText($$"""
            { "playbook": "story", "version": "1.0.0", "title": "A story", "objectives": { {{(rto.Length > 0 ? $"\"rto\": \"{rto}\"" : "")}} },
              "inputs": { "model": { "type": "string", "default": "grading" } },
              "roles": { "approver": "approvers", "commander": "commanders" },
              "steps": {{steps}} {{(extra.Length > 0 ? ", " + extra : "")}} }
            """, mode, startedBy, inputs, delivers);

    public static Story OfText(string text, RunMode mode = RunMode.Live, string startedBy = "operator", JsonData? inputs = null, bool delivers = true, ImmutableArray<PinnedText> inlined = default)
    {
        var texts = inlined.IsDefault ? [] : inlined;
        var read = PlaybookReader.Read(text, "story.json", pin => texts.FirstOrDefault(known => known.Digest == pin.Sha256) is { } known ? new PlaybookSource(known.Name, known.Text) : null);
        var playbook = read is ReadResult<Playbook>.Valid valid ? valid.Value
            : throw new InvalidOperationException(string.Join('\n', ((ReadResult<Playbook>.Invalid)read).Errors));
        var environment = Environments.Of(mode);
        var story = new Story { Delivers = delivers };
        story.When(new RunEvent.RunStarted("run-1", mode, Decider.LogicVersion, new PinnedText(playbook.Name, playbook.Digest, text),
            new PinnedText(environment.Name, environment.Digest, environment.Text), inputs ?? JsonData.Object(("model", JsonData.Of("grading"))), null, startedBy,
            null, mode == RunMode.Drill ? null : Start, null, null, Start) { Inlined = texts });
        return story;
    }

    public Story When(RunEvent happened)
    {
        var reaction = Decider.React(Run, [happened], Owner);
        Take(reaction);
        return this;
    }

    public Story Restart(string owner)
    {
        Take(Decider.Adopt(Run, owner, Now));
        return this;
    }

    private void Take(Reaction reaction)
    {
        Run = reaction.Run;
        Events.AddRange(reaction.Appended);
        Outstanding = [.. reaction.Outstanding];
        Started.AddRange(reaction.Start);
        Assert.Equal(Run.Sequence, Events.Count);
        Assert.Null(Run.ParkedBecause);
        if (!Delivers)
            return;
        if (Outstanding.OfType<Command.Tell>().FirstOrDefault() is { } tell)
            When(new RunEvent.Told(tell.Id, "test", Now));
        else if (Outstanding.OfType<Command.AnchorHead>().FirstOrDefault() is { } anchor)
            When(new RunEvent.HeadAnchored(anchor.Id, anchor.Sequence, "head", "test", Now));
    }

    /// <summary>Lets time go on; every timer due on the way fires at its instant.</summary>
    public Story After(string duration)
    {
        var until = Now + System.Xml.XmlConvert.ToTimeSpan(duration);
        for (var fired = 0; Outstanding.OfType<Command.StartTimer>().MinBy(timer => timer.DueAt) is { } next && next.DueAt <= until; fired++)
        {
            Assert.True(fired < 10_000, "Timers fire without end.");
            Now = next.DueAt > Now ? next.DueAt : Now;
            When(new RunEvent.TimerFired(next.Id, Now));
        }
        Now = until;
        return this;
    }

    /// <summary>The action outstanding on this path; fails the test when there is none.</summary>
    public Command.RunAction Action(string path) =>
        Outstanding.OfType<Command.RunAction>().FirstOrDefault(command => command.Id.Path == path)
        ?? throw new Xunit.Sdk.XunitException($"No action is outstanding on {path}; outstanding are {string.Join(", ", Names())}.");

    public Story Succeeds(string path, JsonData? output = null) => When(new RunEvent.ActionSucceeded(Action(path).Id, output ?? JsonData.EmptyObject, Now));

    public Story Fails(string path, ErrorKind kind = ErrorKind.Invalid, string? retryAfter = null) =>
        When(new RunEvent.ActionFailed(Action(path).Id, kind, "it says so", retryAfter is null ? null : System.Xml.XmlConvert.ToTimeSpan(retryAfter), Now));

    public Story Pends(string path, string again, string token = "token") =>
        When(new RunEvent.ActionPending(Action(path).Id, token, Now + System.Xml.XmlConvert.ToTimeSpan(again), null, Now));

    public Story Votes(string person, bool approves = true, string role = "approvers", string via = "api", string? voteId = null, string? digest = null, string? path = null)
    {
        var open = Outstanding.OfType<Command.AskForVotes>().Select(ask => ask.Approval).FirstOrDefault();
        return When(new RunEvent.VoteCast(voteId ?? $"vote-{Events.Count}", path ?? open?.Path ?? "go", open?.Round ?? 1, digest ?? open?.Digest ?? "", person, [role], approves, null, via, Now));
    }

    public Story Orders(Order order, string role = "commanders", string person = "commander", string reason = "because") =>
        When(new RunEvent.OrderGiven($"order-{Events.Count}", order, person, [role], reason, "api", Now));

    /// <summary>Paths with an action outstanding, with purpose and attempt: <c>restore~d.0.1.0</c>.</summary>
    public IEnumerable<string> Running() => Outstanding.OfType<Command.RunAction>().Select(command => command.Name).Order(StringComparer.Ordinal);

    public IEnumerable<string> Names() => Outstanding.Select(command => command.Name).Order(StringComparer.Ordinal);

    public T Last<T>() where T : RunEvent => Events.OfType<T>().LastOrDefault() ?? throw new Xunit.Sdk.XunitException($"No {typeof(T).Name} happened.");

    public RunEvent.RunEnded End() => Last<RunEvent.RunEnded>();
}
