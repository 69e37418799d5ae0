namespace Playbooks.Core.Decisions;

/// <summary>A parked run decides nothing any more, not even to call for help, so its shell does.</summary>
public static class ParkedRun
{
    public static Command.Tell CallForHelp(Run run, string why) => new("run.parked", run.Playbook?.CommanderGroup ?? "",
        $"Run {run.Id} is parked and does nothing more: {why} Look at what it left: playbooks show {run.Id}");
}
