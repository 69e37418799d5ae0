using System.CommandLine;
using Playbooks.Cli.Host;
using Playbooks.Core.Decisions;
using Playbooks.Web;
using Command = System.CommandLine.Command;

namespace Playbooks.Cli.Verbs;

/// <summary><c>run</c>: starts a run on the host that works in this folder.</summary>
internal static class RunVerb
{
    public static Command Create()
    {
        var name = new Argument<string>("playbook") { Description = "Name of the playbook, as the host knows it" };
        var (environment, inputs, data) = (CommonOptions.Environment(), CommonOptions.Inputs(), CommonOptions.Data());
        var detected = new Option<DateTimeOffset?>("--detected-at") { Description = "When it was noticed, if that was before now; the RTO counts from there. Needs --reason" };
        var reason = new Option<string?>("--reason", "-m") { Description = "Why --detected-at is not now" };
        var command = new Command("run", "Starts a run by hand on a running host ('playbooks serve').") { name, environment, inputs, detected, reason, data };
        command.Handle(async (parsed, output, cancellationToken) =>
        {
            if (parsed.GetValue(detected) is not null && string.IsNullOrWhiteSpace(parsed.GetValue(reason)))
                throw new CliException(ExitCodes.WrongInput, "--detected-at needs a --reason.");
            using var client = RunClient.Connect(parsed.WorkspaceOf(data));
            var answer = await client.StartAsync(new StartBody($"cli-{Guid.NewGuid():N}", parsed.GetValue(name)!, parsed.GetValue(environment)!, RunMode.Live,
                InputValues.Read(parsed.GetValue(inputs)), parsed.GetValue(detected), parsed.GetValue(reason)), cancellationToken);
            output.WriteLine(answer.RunId is null ? answer.Result : $"{answer.Result} {answer.RunId}");
            foreach (var why in answer.Reasons)
                output.WriteLine(why);
            return answer.Result == "rejected" ? ExitCodes.WrongInput : ExitCodes.Ok;
        });
        return command;
    }
}
