using System.Collections.Immutable;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Core.Evidence.Folding;

/// <summary>What actions answered: artifacts before and after, letters replayed, subjects erased, holds kept.</summary>
internal sealed class ResultFold(PlannedSteps planned)
{
    private readonly Dictionary<(string Path, Purpose Purpose), JsonData> inputs = [];
    private readonly Dictionary<string, ArtifactReport> artifacts = new(StringComparer.Ordinal);
    private readonly HashSet<string> simulated = new(StringComparer.Ordinal);

    public List<OutputReport> Outputs { get; } = [];
    public List<ReplayReport> Replays { get; } = [];
    public List<ErasureReport> Erasures { get; } = [];
    public List<HoldReport> Holds { get; } = [];

    public void Add(RunEvent happened)
    {
        switch (happened)
        {
            case RunEvent.StepStarted e:
                if (e.Inputs is not null)
                    inputs[(e.Path, Purpose.Do)] = e.Inputs;
                if (e.Simulated)
                    simulated.Add(e.Path);
                break;
            case RunEvent.AttemptStarted { Inputs: { } given } e:
                inputs[(e.Id.Path, e.Id.Purpose)] = given;
                break;
            case RunEvent.StepSucceeded e when planned.Find(e.Path)?.Action is { } action && !simulated.Contains(e.Path):
                Answered(e.Path, Purpose.Do, action, e.Output, e.At);
                break;
            case RunEvent.ActionSucceeded { Id.Purpose: Purpose.Undo } e when planned.Find(e.Id.Path)?.UndoAction is { } action:
                Answered(e.Id.Path, Purpose.Undo, action, e.Output, e.At);
                break;
        }
    }

    public ImmutableArray<ArtifactReport> Artifacts() => [.. artifacts.Values.OrderBy(artifact => artifact.Model, StringComparer.Ordinal)];

    private void Answered(string path, Purpose purpose, string action, JsonData output, DateTimeOffset at)
    {
        var given = inputs.GetValueOrDefault((path, purpose)) ?? JsonData.EmptyObject;
        var model = given["model"]?.AsString();
        var from = purpose == Purpose.Undo ? path + " (undo)" : path;
        if (action.StartsWith("artifacts.", StringComparison.Ordinal) || action.StartsWith("model.", StringComparison.Ordinal))
            Outputs.Add(new(from, action, model, at, output));
        if (model is not null)
            NoteArtifact(model, action, from, output, at);
        switch (action)
        {
            case "deadletters.reprocess":
                Replays.Add(new(path, given["queue"]?.AsString(), at, Count(output, "matched"), Count(output, "sent"), Count(output, "duplicates"),
                    Count(output, "erased"), Count(output, "quarantined"), Count(output, "held"), Count(output, "returned"), output["ledger"]?.AsString()));
                break;
            case Catalogue.ReapplyErasures:
                Erasures.Add(new(path, model, at, Count(output, "erasures"), Count(output, "removed"), Count(output, "remaining"), output["digest"]?.AsString()));
                break;
            case "model.verify" when output["requestedHoldSeconds"]?.AsDecimal() is { } requested:
                Holds.Add(new(path, requested, output["heldSeconds"]?.AsDecimal() ?? 0));
                break;
        }
    }

    private void NoteArtifact(string model, string action, string from, JsonData output, DateTimeOffset at)
    {
        var known = artifacts.GetValueOrDefault(model) ?? new ArtifactReport(model, null, null, null, null, null);
        ArtifactReport? now = action switch
        {
            "artifacts.preserve" => known with { Preserved = State("version", "digest") },
            "artifacts.lastKnownGood" => known with { Before = known.Before ?? State("current", "currentDigest") },
            Catalogue.Restore => known with { Before = known.Before ?? State("previous", "previousDigest"), After = State("version", "digest") },
            "artifacts.promote" or Catalogue.ReapplyErasures => known with { After = State("version", "digest") },
            "model.verify" or "model.reload" => known with { ServedDigest = output["digest"]?.AsString(), ServedAt = at },
            _ => null,
        };
        if (now is not null)
            artifacts[model] = now;

        ArtifactState State(string version, string digest) => new(from, at, output[version]?.AsInt64(), output[digest]?.AsString(),
            output["location"]?.AsString(), output["files"]?.AsInt64(), output["bytes"]?.AsInt64());
    }

    private static long Count(JsonData output, string name) => output[name]?.AsInt64() ?? 0;
}
