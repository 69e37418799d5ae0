namespace Playbooks.Core.Decisions;

/// <summary>What people are told when an alert waits for the end of a cooldown: it has no run that could say so.</summary>
public static class HeldBackNotice
{
    public static IEnumerable<Command.Tell> Of(string endedRunId, DateTimeOffset until, StartRequest request)
    {
        var playbook = request.Playbook;
        var text = $"An alert for '{playbook.Name}' came in the cooldown after run {endedRunId} and waits until "
            + $"{until.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z. To start now: playbooks run {playbook.Name} --input '{request.Inputs.Text}'";
        return new[] { playbook.CommanderGroup, playbook.Owner }.OfType<string>().Distinct().Select(role => new Command.Tell("held-back/" + request.RequestId, role, text));
    }
}
