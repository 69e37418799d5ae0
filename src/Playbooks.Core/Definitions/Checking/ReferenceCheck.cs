using System.Collections.Immutable;
using Playbooks.Core.Definitions.Reading;
using Playbooks.Core.Expressions;

namespace Playbooks.Core.Definitions.Checking;

/// <summary>Whether what an expression reads exists.</summary>
internal sealed class ReferenceCheck(Subject subject)
{
    private static readonly string[] Roots = ["inputs", "alert", "run", "steps", "item", "index"];
    private static readonly string[] OfRun = ["id", "mode", "occurredAt", "detectedAt", "startedAt", "deadline"];
    /// <summary>Null until an incident is detected.</summary>
    private static readonly string[] SinceDetection = ["detectedAt", "startedAt", "deadline", "occurredAt"];
    private static readonly string[] OfStep = ["status", "output", "attempts"];

    /// <summary>True while injections are checked: there is no alert yet.</summary>
    public bool BeforeDetection { get; set; }

    public void Check(Use use, Scope scope, Known at)
    {
        foreach (var reference in use.References.Select(reference => new At(use, reference)))
        {
            if (reference.Path.IsEmpty)
                reference.Error(ErrorCodes.UnknownScope, "Everything at once cannot be read.", $"Read from {string.Join(", ", Roots)}.");
            else
                Check(reference, scope, at);
        }
    }

    private void Check(At here, Scope scope, Known known)
    {
        var path = here.Path;
        switch (path[0])
        {
            case "inputs":
                CheckInput(here, scope);
                break;
            case "run":
                if (path.Length > 1)
                    CheckMember(here, 1, OfRun);
                if (BeforeDetection && path.Length > 1 && SinceDetection.Contains(path[1]) && !here.Guarded)
                    here.Error(ErrorCodes.MayBeMissing, $"run.{path[1]} is not known while a drill injects.", "Do not use it here.");
                break;
            case "alert":
                if (BeforeDetection && !here.Guarded)
                    here.Error(ErrorCodes.MayBeMissing, "There is no alert yet while a drill injects.", "Use inputs.");
                else
                    AlertShape.Check(here.Use, here.Reference);
                break;
            case "item" or "index":
                if (!known.Repeats)
                    here.Error(ErrorCodes.UnknownScope, $"There is no '{path[0]}' outside forEach and repeat.", "Move the step into a block that repeats.");
                break;
            case "steps":
                CheckStep(here, scope, known);
                break;
            default:
                here.Error(ErrorCodes.UnknownScope, $"There is no '{Fields.Short(path[0])}' to read from.", NearestName.Advice(path[0], Roots, $"Expressions read from {string.Join(", ", Roots)}."));
                break;
        }
    }

    private static void CheckInput(At here, Scope scope)
    {
        if (here.Path.Length == 1)
            return;
        var name = here.Path[1];
        if (!scope.Inputs.TryGetValue(name, out var input))
            here.Error(ErrorCodes.UndeclaredInput, $"There is no input '{Fields.Short(name)}'.", NearestName.Advice(name, [.. scope.Inputs.Keys], "Declare it under inputs."));
        else if (here.Path.Length > 2 && input.Type is not ("object" or "array"))
            here.Error(ErrorCodes.UnknownPath, $"The input '{name}' is a {input.Type} and has nothing inside.", $"Write inputs.{name}.");
    }

    private void CheckStep(At here, Scope scope, Known known)
    {
        if (here.Path.Length == 1)
        {
            here.Error(ErrorCodes.UnknownScope, "All steps at once cannot be read.", "Name the step, for example steps.choose.output.version.");
            return;
        }
        var name = here.Path[1];
        if (!known.Ended.TryGetValue(scope.Prefix + name, out var step))
        {
            var ended = known.Ended.Keys.Where(id => id.StartsWith(scope.Prefix, StringComparison.Ordinal)).Select(id => id[scope.Prefix.Length..]).ToArray();
            if (subject.Tree.Find(scope.Prefix + name) is not null)
                here.Error(ErrorCodes.StepNotEnded, $"The step '{name}' has not ended here, or runs in a block that hides it.", "Read only steps that end before this one; of a block read its own output.");
            else
                here.Error(ErrorCodes.UnknownStep, $"There is no step '{Fields.Short(name)}'.", NearestName.Advice(name, ended, ended.Length == 0 ? "No step ends before this one." : $"Before this one end {string.Join(", ", ended.Order(StringComparer.Ordinal))}."));
            return;
        }
        if (here.Path.Length == 2 || !CheckMember(here, 2, OfStep, deeper: here.Path[2] == "output") || here.Path[2] != "output")
            return;
        if (!known.Sure.Contains(step.Id) && !here.Guarded)
            here.Error(ErrorCodes.MayBeMissing, $"The step '{name}' does not succeed on every path to here, so its output may be missing.",
                $"Write coalesce({string.Join('.', here.Path)}, …), require({string.Join('.', here.Path)}, 'why') or if(steps.{name}.status == 'succeeded', …, …).");
        if (!subject.IsBroken(step))
            CheckOutput(here, step);
    }

    private static void CheckOutput(At here, Step step)
    {
        var outputs = StepOutputs.Of(step);
        for (var i = 3; i < here.Path.Length; i++)
        {
            var (around, member) = (string.Join('.', here.Path.Take(i)), here.Path[i]);
            switch (outputs)
            {
                case StepOutputs.Members { Known: var known } when known.TryGetValue(member, out var inside):
                    outputs = inside;
                    continue;
                case StepOutputs.Members { Known: var known }:
                    here.Error(ErrorCodes.UnknownPath, $"{around} has no '{Fields.Short(member)}'.", NearestName.Advice(member, [.. known.Keys],
                        known.Count == 0 ? "It holds nothing; read its status." : $"It has {string.Join(", ", known.Keys)}."));
                    return;
                case StepOutputs.List:
                    here.Error(ErrorCodes.UnknownPath, $"{around} is an array by index.", $"Write {around}[0], {around}[-1] or {around}[*].");
                    return;
                case StepOutputs.Single:
                    here.Error(ErrorCodes.UnknownPath, $"{around} is a single value and has nothing inside.", $"Write {around}.");
                    return;
                default:
                    return;
            }
        }
    }

    private static bool CheckMember(At here, int position, string[] members, bool deeper = false)
    {
        var name = here.Path[position];
        var around = string.Join('.', here.Path.Take(position));
        if (!members.Contains(name))
            here.Error(ErrorCodes.UnknownPath, $"There is no {around}.{Fields.Short(name)}.", NearestName.Advice(name, members, $"Known are {string.Join(", ", members)}."));
        else if (here.Path.Length > position + 1 && !deeper)
            here.Error(ErrorCodes.UnknownPath, $"{around}.{name} is a single value and has nothing inside.", $"Write {around}.{name}.");
        else
            return true;
        return false;
    }

    private readonly record struct At(Use Use, Reference Reference)
    {
        public ImmutableArray<string> Path => Reference.Path;
        public bool Guarded => Reference.Guarded;
        public void Error(ErrorCode code, string message, string remedy) => Use.Node.ErrorInside(Use.Offset + Reference.Offset, code, message, remedy);
    }
}
