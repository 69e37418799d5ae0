using System.Collections.Immutable;
using System.Text.Json;

namespace Playbooks.Core.Definitions.Reading;

/// <summary>
/// Reads steps. What cannot be read becomes a harmless step of the same id that is marked as broken, so that the rest is checked as well.
/// </summary>
internal sealed partial class StepReader(Reading reading)
{
    private Scope Scope => reading.Scope;

    public ImmutableArray<Step> ReadList(Node node, bool emptyAllowed = false) =>
        [.. node.AsList("[ { \"id\": \"isolate\", \"do\": \"model.isolate\" } ]", emptyAllowed).Select(Read).OfType<Step>()];

    /// <summary>A list that takes only actions.</summary>
    public ImmutableArray<Step.Do> ReadActions(Node node, string where)
    {
        var steps = ReadList(node, emptyAllowed: true);
        foreach (var step in steps.Where(step => step is not Step.Do && !reading.Facts[step].Broken))
            reading.Facts[step].Node.Error(ErrorCodes.OnlyActions, $"The step '{step.Id}' is no action.", $"In {where} use only \"do\".");
        return [.. steps.OfType<Step.Do>()];
    }

    private Step? Read(Node node)
    {
        if (++reading.Facts.Begun > Limits.StepsMax)
        {
            if (reading.Facts.Begun == Limits.StepsMax + 1)
                node.Error(ErrorCodes.TooManySteps, $"The playbook has more than {Limits.StepsMax} steps, inlined ones included.", "Split it.");
            return null;
        }
        if (Fields.Of(node, "{ \"id\": \"isolate\", \"do\": \"model.isolate\" }") is not { } fields)
            return null;
        var facts = new StepFacts(node, Scope);
        var id = Scope.Prefix + (fields.Required("id", "\"isolate\"")?.AsId() ?? node.Path.ToString());
        var kinds = StepKind.All.Where(kind => node.Property(kind.Name) is not null).ToArray();
        var step = kinds.Length == 1
            ? ReadKind(kinds[0], fields.Required(kinds[0].Name, "")!.Value, fields, facts, id)
            : WithoutKind(node, kinds, facts, id);
        step = step with
        {
            Id = id,
            Title = fields.Optional("title")?.AsText(),
            When = fields.Optional("when") is { } when ? TemplateReader.ReadExpression(when, facts) : null,
            Budget = fields.Optional("budget")?.AsDuration(),
            InDrill = fields.Optional("drill")?.AsWord<InDrill>(WireName.Of) ?? InDrill.Run,
            OnFailure = fields.Optional("onFailure") is { } onFailure ? ReadOnFailure(onFailure) : null,
            AskWithin = fields.Optional("askWithin")?.AsDuration() ?? Limits.AskWithinDefault,
            Line = node.Line,
        };
        RefuseOthers(node, fields, kinds);
        reading.Facts.Add(step, facts);
        return step;
    }

    private Step ReadKind(StepKind kind, Node node, Fields fields, StepFacts facts, string id) => kind.Name switch
    {
        "do" => ReadDo(node, fields, facts, id),
        "approve" => ReadApprove(node, facts, id),
        "task" => ReadTask(node, facts, id),
        "wait" => ReadWait(node, facts, id),
        "parallel" => ReadParallel(node, fields, id),
        "forEach" => ReadForEach(node, fields, facts, id),
        "repeat" => ReadRepeat(node, fields, facts, id),
        "switch" => ReadSwitch(node, fields, facts, id),
        "try" => ReadTry(node, fields, id),
        "playbook" => ReadInline(node, fields, facts, id),
        "fail" => ReadFail(node, facts, id),
        "end" => ReadEnd(node, facts, id),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static Step.Wait WithoutKind(Node node, StepKind[] kinds, StepFacts facts, string id)
    {
        if (kinds.Length > 1)
            node.Error(ErrorCodes.SeveralKinds, $"The step has {kinds.Length} kinds: {string.Join(", ", kinds.Select(kind => kind.Name))}.", "Make it one step for each.");
        else
        {
            var misspelt = node.Properties().Where(property => !StepKind.AllFields.Contains(property.Name))
                .Select(property => NearestName.Of(property.Name, StepKind.Names)).FirstOrDefault(name => name is not null);
            node.Error(ErrorCodes.NoKind, "The step says nothing to do.",
                misspelt is null ? $"Give it one of {string.Join(", ", StepKind.Names)}." : $"Did you mean '{misspelt}'?");
        }
        facts.Broken = true;
        return Nothing(id);
    }

    /// <summary>Stands in for what could not be read; a playbook with errors is never returned.</summary>
    private static Step.Wait Nothing(string id) => new() { Id = id, For = new WaitFor.Duration(TimeSpan.Zero) };

    private static void RefuseOthers(Node node, Fields fields, StepKind[] kinds)
    {
        if (kinds is [var kind])
        {
            foreach (var (name, value) in node.Properties())
            {
                if (StepKind.AllFields.Contains(name) && !StepKind.Names.Contains(name) && !kind.Beside.Contains(name))
                    value.ErrorAtName(ErrorCodes.FieldNotHere, $"A step with '{kind.Name}' takes no '{name}'.",
                        $"Remove it. Beside '{kind.Name}' may stand {string.Join(", ", kind.Beside)}.");
            }
        }
        fields.Allow(StepKind.AllFields);
        fields.RefuseOthers();
    }

    private OnFailure? ReadOnFailure(Node node)
    {
        if (node.Kind == JsonValueKind.Object)
            return ReadGoto(node) is { } target ? new OnFailure.Goto(target) : null;
        switch (node.Text)
        {
            case "stop": return new OnFailure.Stop();
            case "continue": return new OnFailure.Continue();
            case "ask": return new OnFailure.Ask();
            default:
                node.Error(ErrorCodes.UnknownWord, $"{node.Shown} is no answer to a failure.",
                    NearestName.Advice(node.Text ?? "", ["stop", "continue", "ask"], "Write \"stop\", \"continue\", \"ask\" or { \"goto\": \"laterStep\" }."));
                return null;
        }
    }

    private string? ReadGoto(Node node)
    {
        if (Fields.Of(node, "{ \"goto\": \"laterStep\" }") is not { } fields)
            return null;
        var target = fields.Required("goto", "\"laterStep\"")?.AsId();
        fields.RefuseOthers();
        return target is null ? null : Scope.Prefix + target;
    }

    private static TimeSpan? ReadBlockTimeout(Fields fields) => fields.Optional("timeout")?.AsDuration();

    private StepReader Inside(Node node)
    {
        CheckRoomInside(node);
        return new StepReader(reading.Inside());
    }

    private void CheckRoomInside(Node node)
    {
        if (reading.BlockDepth >= Limits.BlocksNestedMax)
            node.Error(ErrorCodes.BlocksTooDeep, $"Blocks are nested deeper than {Limits.BlocksNestedMax}.", "Make it flatter, or put the inner part into a playbook of its own.");
    }
}
