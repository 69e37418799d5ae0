using System.Globalization;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;

namespace Playbooks.Tests.Simulation;

/// <summary>
/// What actions change: shares of models, pointers to artifacts, letters in queues. Keyed targets know every key they have seen, checked ones
/// are changed only as they were looked at, and each counts what really happened, by the step that it happened for.
/// </summary>
internal sealed class SimulatedTargets(Simulation world)
{
    private const int Letters = 3;

    private readonly HashSet<string> keys = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> effects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> generations = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> states = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Model, long Version), int> copied = [];
    private readonly Dictionary<string, (bool Dead, bool Ledger, bool Work)[]> queues = new(StringComparer.Ordinal);

    /// <summary>A gateway refuses a share that was asked for before an isolation, whichever step of which playbook asked.</summary>
    private readonly Dictionary<string, int> isolations = new(StringComparer.Ordinal);

    /// <summary>Share of the requests, by model; a model that nobody touched serves all.</summary>
    internal Dictionary<string, int> Models { get; } = new(StringComparer.Ordinal);

    internal static string EffectOf(string run, CommandId id) => string.Create(CultureInfo.InvariantCulture, $"{run} {id.Path}~{(char)id.Purpose}.{id.Redo}");

    internal int Effects(string run, CommandId id) => effects.GetValueOrDefault(EffectOf(run, id));

    /// <summary>Of what happened, in its order.</summary>
    internal ulong Trace { get; private set; }

    internal IEnumerable<string> Happened => effects.Keys.Order(StringComparer.Ordinal);

    /// <summary>What a conditional change is conditional on.</summary>
    internal int Look(ActionCall call) => generations.GetValueOrDefault(TargetOf(call))
        + (call.Command.Action.Name == Catalogue.Rejoin ? isolations.GetValueOrDefault(ModelOf(call)) : 0);

    /// <summary>The request arrives at its target.</summary>
    /// <returns>Why nothing was changed; null when it was, or had been.</returns>
    internal ErrorKind? Arrives(ActionCall call, int looked)
    {
        var action = call.Command.Action;
        if (action.Effect == Effect.ReadOnly || call.Command.Simulate)
            return null;
        if (action.Repeatability == Repeatability.Keyed && !keys.Add(call.Command.Key))
            return null;
        var target = TargetOf(call);
        if (action.Repeatability == Repeatability.Checked)
        {
            var wanted = call.Command.Inputs.Text;
            // Who looks before acting finds his own earlier work done.
            if (states.GetValueOrDefault(target) == call.Command.Key + wanted)
                return null;
            if (Look(call) != looked)
                return ErrorKind.Conflict;
            states[target] = call.Command.Key + wanted;
        }
        generations[target] = generations.GetValueOrDefault(target) + 1;
        var effect = EffectOf(call.RunId, call.Command.Id);
        effects[effect] = effects.GetValueOrDefault(effect) + 1;
        Trace = Dice.Of(Trace, effect);
        Violation.When(effects[effect] > 1, Promises.Once, () => $"{effect} ({action.Name}) happened {effects[effect]} times");
        Change(call);
        return null;
    }

    private void Change(ActionCall call)
    {
        var model = ModelOf(call);
        switch (call.Command.Action.Name)
        {
            case Catalogue.Isolate:
                Models[model] = 0;
                isolations[model] = isolations.GetValueOrDefault(model) + 1;
                break;
            case Catalogue.Rejoin:
                var watch = world.Watch(call.RunId);
                Violation.When(call.Command.Id.Purpose != Purpose.Do || watch.StepsAreOver(call.Command.Id), Promises.Isolation,
                    () => $"{model} is given back by {call.Command.Id}, which no step or person asked for");
                Models[model] = (int)(call.Command.Inputs["percent"]?.AsInt64() ?? 0);
                break;
            case "deadletters.reprocess":
                MoveLetters(call.Command.Inputs["queue"]?.AsString() ?? "", call.RunId);
                break;
            case Catalogue.Restore or "artifacts.promote":
                Copy(model, call.Command.Inputs["version"]?.AsInt64() ?? 0);
                break;
        }
    }

    /// <summary>Copy, confirm, then complete, one letter after the other, with a reader who looks in between.</summary>
    private void MoveLetters(string queue, string run)
    {
        var letters = queues[queue + run] = [.. Enumerable.Repeat((Dead: true, Ledger: false, Work: false), Letters)];
        for (var index = 0; index < Letters; index++)
        {
            var of = index;
            var steps = new List<Action> { () => letters[of].Ledger = true, () => letters[of].Dead = false, () => letters[of].Work = true };
            if (world.Planted == Planted.LetterDeletedBeforeCopy)
                (steps[0], steps[1]) = (steps[1], steps[0]);
            for (var step = 0; step < steps.Count; step++)
            {
                var act = steps[step];
                world.Agenda.In(TimeSpan.FromMilliseconds((index * 10) + step), () =>
                {
                    act();
                    Violation.When(letters[of] is { Dead: false, Ledger: false, Work: false }, Promises.Letters, () => $"letter {of} of {queue} is nowhere");
                });
            }
        }
    }

    /// <summary>Every file first, then the pointer.</summary>
    private void Copy(string model, long version)
    {
        const int Files = 3;
        if (world.Planted == Planted.PointerBeforeCopy)
            Point();
        for (var file = 1; file <= Files; file++)
            copied[(model, version)] = file;
        Point();

        void Point()
        {
            var files = copied.GetValueOrDefault((model, version));
            Violation.When(files < Files, Promises.Artifact, () => $"a reader of {model} finds version {version} with {files} of {Files} files");
        }
    }

    internal void LettersRest() => Violation.When(queues.Values.SelectMany(letters => letters).Any(letter => letter.Dead || !letter.Work), Promises.Letters,
        () => "a letter was taken and has not come to the work queue");

    private static string ModelOf(ActionCall call) => call.Command.Inputs["model"]?.AsString() ?? "";

    /// <summary>Steps of a random playbook change one artifact side by side, and then doing again what another step has undone is right; so there each step has its own.</summary>
    private static string TargetOf(ActionCall call) => call.Command.Action.Name.Split('.')[0] + "/"
        + (call.Command.Inputs["model"]?.AsString() is { } model ? model + (PlannedStart.IsRandomName(call.RunId) ? call.Command.Id.Path : "") : call.RunId + call.Command.Id.Path);
}
