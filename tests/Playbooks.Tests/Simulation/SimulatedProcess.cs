using Playbooks.Core;
using Playbooks.Core.Decisions;

namespace Playbooks.Tests.Simulation;

/// <summary>One life of a shell's process. What it plans is gone when it is dead, and late when it stands still.</summary>
internal abstract class SimulatedProcess(Simulation world)
{
    private readonly List<Action> held = [];
    private readonly List<Func<bool>> asked = [];

    internal bool Dead { get; private set; }
    internal bool Frozen { get; private set; }

    /// <summary>Rises with every process.</summary>
    internal abstract long Epoch { get; }

    /// <summary>Callers are let in.</summary>
    internal abstract bool IsOpen { get; }

    /// <param name="failed">This process will not answer any more.</param>
    internal abstract void Start(StartRequest request, Action<StartResult> answered, Action failed);

    /// <param name="delivery">The same for every repeat.</param>
    /// <param name="answered">Told whether the run is known.</param>
    /// <param name="failed">This process will not answer any more.</param>
    internal abstract void Signal(string runId, string delivery, RunEvent happened, Action<bool> answered, Action failed);

    internal void In(TimeSpan delay, Action act) => world.Agenda.In(delay, () => Do(act));

    internal void Do(Action act)
    {
        if (Dead)
            return;
        if (Frozen)
        {
            held.Add(act);
            return;
        }
        try
        {
            act();
        }
        catch (Killed)
        {
            Kill();
        }
        LookAtAnswers();
    }

    internal void Die()
    {
        if (Dead)
            return;
        Dead = true;
        Died();
        LookAtAnswers();
    }

    /// <summary>Another one is started in its place.</summary>
    internal void Kill()
    {
        Die();
        world.Restart();
    }

    internal void Freeze() => Frozen = true;

    internal void Thaw()
    {
        Frozen = false;
        foreach (var act in held)
            In(TimeSpan.Zero, act);
        held.Clear();
    }

    /// <summary>First thing to be done when it is woken.</summary>
    protected void Hold(Action act) => held.Add(act);

    protected abstract void Died();

    /// <summary>The answer is looked at when it has come, or cannot come any more.</summary>
    protected void Await<T>(Task<T> answer, Action<T> answered, Action failed) => asked.Add(() =>
    {
        if (answer.IsCompletedSuccessfully)
            answered(answer.Result);
        else if (answer.IsFaulted || Dead)
            failed();
        else
            return false;
        return true;
    });

    protected void LookAtAnswers() => asked.RemoveAll(isOver => isOver());

    /// <summary>The process is no more.</summary>
    internal sealed class Killed : Exception;
}
