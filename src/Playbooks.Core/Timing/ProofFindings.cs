using Playbooks.Core.Definitions;

namespace Playbooks.Core.Timing;

/// <summary>What the arithmetic and the rules around it say about one playbook.</summary>
internal sealed class ProofFindings
{
    private readonly Playbook playbook;
    private readonly DeploymentEnvironment? environment;
    private readonly string file;

    public ProofFindings(Playbook playbook, DeploymentEnvironment? environment, string file)
    {
        (this.playbook, this.environment, this.file) = (playbook, environment, file);
        DetectedToRecovered = playbook.AllSteps().Any(step => step is Step.Do { Recovers: true }) ? WorstCase.RemainingToRecovery(playbook.Steps, _ => false) : null;
        DetectedToIsolated = FirstIsolation.Time(playbook.Steps);
    }

    public TimeSpan? DetectedToRecovered { get; }
    public TimeSpan? DetectedToIsolated { get; }

    public IEnumerable<AuthorError> Errors()
    {
        var (rto, degradedWithin) = playbook.Objectives;
        if (DetectedToRecovered > rto)
            yield return At(null, ErrorCodes.RtoExceeded, $"The worst case until recovery is {Show(DetectedToRecovered)}, the RTO {Show(rto)}.",
                "Shorten timeouts, attempts or decideWithin of the longest steps, or promise more time.");
        if (DetectedToIsolated > degradedWithin)
            yield return At(null, ErrorCodes.DegradedTooLate, $"The worst case until the first isolation is {Show(DetectedToIsolated)}, degradedWithin {Show(degradedWithin)}.",
                "Isolate first, with a shorter timeout or fewer attempts.");
        foreach (var step in FirstIsolation.Endangering(playbook.Steps))
            yield return At(step, ErrorCodes.FailsBeforeIsolation, $"'{step.Id}' can fail the run while the faulty model still serves.",
                "Isolate before it, or let it continue on failure.");
        foreach (var restore in PersonalData.Unerased(playbook, environment))
            yield return At(restore, ErrorCodes.ErasuresNotReapplied, $"'{restore.Id}' may bring back people who were erased since the version was made.",
                "Add erasures.reapply of the same model between it and the step that recovers, or declare in the environment that the model's artifacts hold no personal data.");
    }

    public IEnumerable<AuthorError> Warnings()
    {
        foreach (var step in playbook.AllSteps())
        {
            if (WorstCase.Of(step) > step.Budget)
                yield return At(step, ErrorCodes.BudgetTooSmall, $"'{step.Id}' can take {Show(WorstCase.Of(step))}, its budget is {Show(step.Budget)}.", "Raise the budget, or shorten timeout or attempts.");
        }
        if (WorstCase.Of(playbook.Finally) is var last && last > playbook.FinallyWithin)
            yield return At(playbook.Finally[0], ErrorCodes.FinallyTooLong, $"The steps of finally can take {Show(last)} and are cut off after {Show(playbook.FinallyWithin)}.", "Raise finallyWithin, or shorten timeout or attempts.");
    }

    /// <summary>The reader refuses what breaks these; they are said here because somebody relies on them.</summary>
    public IEnumerable<string> Proved()
    {
        if (DetectedToRecovered is not null)
            yield return "Every path to recovered passes exactly one step that recovers.";
        yield return "Every step that changes something has an undo, protects, or cannot be taken back and is declared so.";
        if (playbook.AllSteps().Any(step => step is Step.Approve))
            yield return "Every covered step lies behind its approval and uses only what is known before it.";
        if (playbook.AllSteps().Any(step => step is Step.Do { Action.Name: Catalogue.Restore }) && !PersonalData.Unerased(playbook, environment).Any())
            yield return "Every restore is followed by the reapplied erasures before recovery, or its artifacts hold no personal data.";
        if (DetectedToIsolated is not null && !FirstIsolation.Endangering(playbook.Steps).Any())
            yield return "No step can fail the run before the first isolation.";
    }

    private AuthorError At(Step? step, ErrorCode code, string message, string remedy) =>
        new(file, step?.Line ?? 1, 1, step is null ? "$.objectives" : step.Id, code.Code, message, remedy);

    private static string Show(TimeSpan? time) => time is { } known ? IsoDuration.Format(known) : "none";
}
