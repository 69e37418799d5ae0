using System.Collections.Immutable;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Core.Evidence;

/// <summary>A step as its author planned it.</summary>
/// <param name="Kind">The word of the language: <c>do</c>, <c>approve</c>, …</param>
/// <param name="Action">Of a <c>do</c>.</param>
public sealed record PlannedStep(string Kind, string? Action, string? Title, TimeSpan? Budget, bool Recovers, string? UndoAction);

/// <summary>
/// The few facts that evidence and telemetry need of a playbook, taken from its text as run. Not from the reader: evidence of an old run must stay
/// readable when the language's rules have changed, so what is not understood is left out and never refused.
/// </summary>
public sealed class PlannedSteps
{
    private static readonly ImmutableArray<string> Kinds =
        ["do", "approve", "task", "wait", "parallel", "forEach", "repeat", "switch", "try", "playbook", "fail", "end"];

    private readonly Dictionary<string, PlannedStep> byPath = new(StringComparer.Ordinal);
    private readonly ImmutableArray<PinnedText> inlined;

    public PlannedSteps(RunEvent.RunStarted started)
    {
        inlined = started.Inlined.IsDefault ? [] : started.Inlined;
        Document = Parse(started.Playbook.Text);
        AddList(Document["steps"], "");
        AddList(Document["finally"], "@finally");
        AddList(Document["drill"]?["inject"], "@drill");
    }

    /// <summary>The playbook's text as a value; an empty object if it is no JSON.</summary>
    public JsonData Document { get; }

    public TimeSpan? Rto => Duration(Document["objectives"]?["rto"]);

    public TimeSpan? DegradedWithin => Duration(Document["objectives"]?["degradedWithin"]);

    /// <summary>The step of a path such as <c>ramp[0]/shift</c>; null when the text has none.</summary>
    public PlannedStep? Find(string path) => byPath.GetValueOrDefault(StepPaths.IdOf(path));

    private void AddList(JsonData? steps, string parent)
    {
        foreach (var step in steps?.Elements ?? [])
            Add(step, parent);
    }

    private void Add(JsonData step, string parent)
    {
        if (step["id"]?.AsString() is not { } id || Kinds.FirstOrDefault(kind => step[kind] is not null) is not { } kind)
            return;
        var path = parent.Length == 0 ? id : parent + "/" + id;
        byPath[path] = new(kind, kind == "do" ? step["do"]!.AsString() : null, step["title"]?.AsString(), Duration(step["budget"]),
            step["recovers"]?.AsBoolean() == true, step["undo"]?["do"]?.AsString());
        switch (kind)
        {
            case "parallel" or "forEach" or "repeat" or "switch" or "try":
                AddWithin(step[kind]!, path);
                AddWithin(step["default"], path);
                break;
            case "playbook" when inlined.FirstOrDefault(text => text.Digest == step[kind]!["sha256"]?.AsString()) is { } text:
                AddList(Parse(text.Text)["steps"], path);
                break;
        }
    }

    /// <summary>Blocks differ in where they keep their bodies; whatever lies inside and is a step belongs to the block.</summary>
    private void AddWithin(JsonData? block, string path)
    {
        foreach (var element in block?.Elements ?? [])
        {
            if (element["id"] is not null)
                Add(element, path);
            else
                AddWithin(element, path);
        }
        foreach (var (_, value) in block?.Properties ?? [])
            AddWithin(value, path);
    }

    private static TimeSpan? Duration(JsonData? text) => text?.AsString() is { } written ? IsoDuration.Parse(written) : null;

    private static JsonData Parse(string text)
    {
        try
        {
            return JsonData.Parse(text);
        }
        catch (System.Text.Json.JsonException)
        {
            return JsonData.EmptyObject;
        }
    }
}
