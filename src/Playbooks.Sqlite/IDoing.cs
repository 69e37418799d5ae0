using Playbooks.Core;
using Playbooks.Core.Decisions;

namespace Playbooks.Sqlite;

/// <summary>What deeds are done with, once they are durable. No call blocks; what becomes of it comes back as a message.</summary>
internal interface IDoing
{
    /// <summary>False once this process may not act any more.</summary>
    bool MayAct { get; }

    /// <summary>Shows the run to whoever looks, as it stands on the disk.</summary>
    void Publish(RunDeeds deeds);

    void SetTimer(string runId, string id, DateTimeOffset at);

    void DropTimer(string runId, string id);

    void Start(ActionCall call);

    /// <summary>Shows a question to people, or takes it down.</summary>
    void Show(Run run, Command question, bool open);

    /// <summary>Tells, anchors or raises.</summary>
    void Do(Run run, Command command);

    /// <summary>What is told or timed for a concurrency key.</summary>
    void Do(KeyDeed deed);

    /// <summary>All of this turn is done: timers that are due fire.</summary>
    void Done();
}
