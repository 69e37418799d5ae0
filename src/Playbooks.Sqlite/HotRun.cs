using System.Collections.Immutable;
using Playbooks.Core.Decisions;

namespace Playbooks.Sqlite;

/// <summary>A run in memory, as decided; only the engine's loop touches it.</summary>
internal sealed class HotRun(string id)
{
    internal string Id { get; } = id;
    internal Run Run { get; set; } = Run.Empty;

    /// <summary>Events in the journal, or on their way into it; more than <see cref="Run.Sequence"/> where some could not be folded.</summary>
    internal long Sequence { get; set; }

    /// <summary>The last event's instant; no event is written with an earlier one.</summary>
    internal DateTimeOffset LastAt { get; set; }

    /// <summary>Deciding has failed: events are kept and nothing more is decided.</summary>
    internal bool Parked { get; set; }

    internal bool ParkedTold { get; set; }

    /// <summary>Whether the journal has its timers as they are wanted: those of a busy run are not kept, whoever takes it up asks for them anew.</summary>
    internal bool TimersKept { get; private set; }

    /// <summary>Why nothing may be appended: the journal does not hold together.</summary>
    internal string? Broken { get; set; }

    /// <summary>What was outstanding after the last decision, by what a shell shows or sets for it.</summary>
    internal IReadOnlyDictionary<string, Command> Wanted { get; private set; } = ImmutableDictionary<string, Command>.Empty;

    /// <summary>What is being told, anchored or raised and has not reported.</summary>
    private readonly HashSet<string> inFlight = new(StringComparer.Ordinal);

    internal void Reported(string commandName) => inFlight.Remove(commandName);

    /// <summary>What has to be done so that exactly this is outstanding.</summary>
    internal Deeds Want(ImmutableArray<Command> outstanding, ImmutableArray<Command.RunAction> start)
    {
        var before = Wanted;
        var now = new Dictionary<string, Command>(outstanding.Length, StringComparer.Ordinal);
        var deeds = new DeedsBuilder();
        foreach (var command in outstanding)
        {
            var key = KeyOf(command);
            if (key is null)
                continue;
            now[key] = command;
            var known = before.GetValueOrDefault(key);
            switch (command)
            {
                case Command.Tell or Command.AnchorHead or Command.RaiseAlert:
                    if (inFlight.Add(key))
                        deeds.Do.Add(command);
                    break;
                case Command.StartTimer timer when !timer.Equals(known):
                    deeds.TimersSet.Add(timer);
                    break;
                case Command.AskForVotes or Command.AskPerson when !command.Equals(known):
                    deeds.Show.Add(command);
                    break;
            }
        }
        foreach (var (key, command) in before)
        {
            if (now.ContainsKey(key))
                continue;
            switch (command)
            {
                case Command.StartTimer timer:
                    deeds.TimersDropped.Add(timer.Id);
                    break;
                case Command.AskForVotes or Command.AskPerson:
                    deeds.TakeDown.Add(command);
                    break;
                case Command.RaiseAlert:
                    inFlight.Remove(key);
                    break;
            }
        }
        Wanted = now;
        return deeds.Build(start);
    }

    /// <summary>What an earlier decision wanted, when the run is loaded again: its timers are set and people see what they are asked.</summary>
    /// <param name="outstanding">Default when the decider of today wants something else than the earlier one did.</param>
    internal void Resume(ImmutableArray<Command> outstanding)
    {
        TimersKept = !outstanding.IsDefault;
        if (TimersKept)
            Wanted = outstanding.Where(command => command is Command.StartTimer or Command.AskForVotes or Command.AskPerson).ToImmutableDictionary(command => KeyOf(command)!);
    }

    /// <summary>The same append with what has to be written about timers, as the run comes to rest or leaves it.</summary>
    /// <returns>Null when there is nothing to write at all.</returns>
    internal RunAppend? WithTimers(RunAppend append, Deeds deeds, Rest rest)
    {
        var (kept, rests) = (TimersKept, rest is Rest.Waiting or Rest.Asking);
        TimersKept = rests;
        if (append.Events.IsEmpty && !(rests && (!kept || deeds.ChangesTimers)))
            return null;
        return !rests ? append
            : kept ? append with { TimersSet = deeds.TimersSet, TimersDropped = deeds.TimersDropped }
            : append with { TimersSet = [.. Wanted.Values.OfType<Command.StartTimer>()], AllTimers = true };
    }

    // An approval that escalates is the same approval to those who see it: it is shown anew, not taken down.
    private static string? KeyOf(Command command) => command switch
    {
        Command.RunAction => null,
        Command.AskForVotes votes => $"votes/{votes.Approval.Path}/{votes.Approval.Round}",
        _ => command.Name,
    };

    private sealed class DeedsBuilder
    {
        internal List<Command.StartTimer> TimersSet { get; } = [];
        internal List<string> TimersDropped { get; } = [];
        internal List<Command> Show { get; } = [];
        internal List<Command> TakeDown { get; } = [];
        internal List<Command> Do { get; } = [];

        internal Deeds Build(ImmutableArray<Command.RunAction> start) => new(start, [.. TimersSet], [.. TimersDropped], [.. Show], [.. TakeDown], [.. Do]);
    }
}

/// <summary>What follows a commit, and only it.</summary>
internal sealed record Deeds(ImmutableArray<Command.RunAction> Start, ImmutableArray<Command.StartTimer> TimersSet, ImmutableArray<string> TimersDropped,
    ImmutableArray<Command> Show, ImmutableArray<Command> TakeDown, ImmutableArray<Command> Do)
{
    internal bool ChangesTimers => !TimersSet.IsEmpty || !TimersDropped.IsEmpty;

    internal static Deeds None { get; } = new([], [], [], [], [], []);
}
