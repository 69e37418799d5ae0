using System.CommandLine;
using System.Text.Json;
using Playbooks.Cli.Host;
using Playbooks.Core.Definitions;
using Playbooks.Web;
using Playbooks.Web.Alerts;

namespace Playbooks.Cli.Verbs;

/// <summary><c>alerts</c>: what came to a running host, and what became of it.</summary>
internal static class AlertsVerb
{
    public static Command Create()
    {
        var (host, json) = (new HostChoice(), CommonOptions.Json());
        var command = new Command("alerts", "Lists the alerts that came to a running host and what became of each, the latest first.") { json };
        host.AddTo(command);
        command.Handle(async (parsed, output, cancellationToken) =>
        {
            using var client = await host.ConnectAsync(parsed, cancellationToken);
            var alerts = await client.AlertsAsync(cancellationToken);
            if (parsed.GetValue(json))
                output.WriteLine(JsonSerializer.Serialize(alerts, WireJson.Options));
            else if (alerts.Count == 0)
                output.WriteLine("No alert has come yet.");
            else
                alerts.ForEach(alert => output.WriteLine(TerminalPeople.Printable(Line(alert))));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static string Line(AlertView alert) => $"{alert.ReceivedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss'Z'}  {alert.Alert?["rule"]?.AsString() ?? "(cannot be read)"}  {alert.Alert?["id"]?.AsString()}  via {alert.Via}  "
        + (!alert.Settled ? "not handled yet" : alert.Effects.IsEmpty ? "nothing came of it" : string.Join(", ", alert.Effects.Select(effect => $"{WireName.Of(effect.Kind)} {effect.RunId ?? effect.Playbook}")))
        + (alert.Reasons.IsEmpty ? "" : $": {string.Join(' ', alert.Reasons)}");
}
