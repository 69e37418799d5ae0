using Playbooks.Core.Definitions;

namespace Playbooks.Core.Decisions;

/// <summary>One asking of the decider: what it states as fact, and what it wants outstanding.</summary>
internal sealed class Deciding(Run run)
{
    public Run Run { get; } = run;
    public Playbook Playbook { get; } = run.Playbook!;
    public DeploymentEnvironment Environment { get; } = run.Environment!;
    public DateTimeOffset Now => Run.Now;
    public List<RunEvent> Facts { get; } = [];
    public List<Command> Commands { get; } = [];
    /// <summary>Pausing holds back steps and attempts, not polls; a stopping run is never held back.</summary>
    public bool MayStart => !Run.Paused || Run.Phase is not (RunPhase.Recovering or RunPhase.Injecting);

    public void State(RunEvent fact) => Facts.Add(fact);

    public void Want(Command command) => Commands.Add(command);

    /// <summary>True when the instant has come; else asks to be woken then.</summary>
    public bool Due(string timer, DateTimeOffset at)
    {
        if (Now >= at)
            return true;
        Want(new Command.StartTimer(timer, at));
        return false;
    }

    public StepState? StateOf(string path) => Run.StateOf(path);
}

/// <summary>Where a list of steps stands in the run.</summary>
/// <param name="Body">Path of the list; empty for the playbook's own.</param>
/// <param name="Cap">Deadline of the innermost bounded block around it.</param>
internal readonly record struct Place(string Body, DateTimeOffset? Cap)
{
    public string PathOf(Step step)
    {
        var name = StepPaths.NameOf(step);
        return Body.Length == 0 ? name : Body + "/" + name;
    }

    public Place Inside(string body, DateTimeOffset? cap) => new(body, Earlier(Cap, cap));

    public static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) =>
        one is null ? other : other is null ? one : one < other ? one : other;

    public const string Inject = "@drill";
    public const string Finally = "@finally";
}
