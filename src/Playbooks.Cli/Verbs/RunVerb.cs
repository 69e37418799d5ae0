using System.CommandLine;
using Command = System.CommandLine.Command;
using Playbooks.Cli.Host;
using Playbooks.Core.Decisions;
using Playbooks.Core.Planning;
using Playbooks.Hosting;
using Playbooks.Web.Access;

namespace Playbooks.Cli.Verbs;

/// <summary><c>run</c>: starts a run on the host that works in this folder.</summary>
internal static class RunVerb
{
    public static Command Create()
    {
        var name = new Argument<string?>("playbook") { Description = "Name of the playbook, as the host knows it; left out with --plan", Arity = ArgumentArity.ZeroOrOne };
        var (inputs, host, folder) = (CommonOptions.Inputs(), new HostChoice(), CommonOptions.Playbooks());
        var environment = new Option<string?>("--environment", "-e") { Description = "Name of the environment; left out with --plan" };
        var plan = new Option<string?>("--plan") { Description = "Start exactly what this file of 'playbooks plan' says, and only if nothing that it relies on has changed since: playbook, environment, or what was seen there" };
        var detected = new Option<DateTimeOffset?>("--detected-at") { Description = "When it was noticed, if that was before now; the RTO counts from there. Needs --reason" };
        var reason = new Option<string?>("--reason", "-m") { Description = "Why --detected-at is not now" };
        var command = new Command("run", "Starts a run by hand on a running host ('playbooks serve'). Exit code 1 when the world has moved since the plan.") { name, environment, inputs, plan, folder, detected, reason };
        host.AddTo(command);
        command.Handle(async (parsed, output, cancellationToken) =>
        {
            if (parsed.GetValue(detected) is not null && string.IsNullOrWhiteSpace(parsed.GetValue(reason)))
                throw new CliException(ExitCodes.WrongInput, "--detected-at needs a --reason.");
            var (playbook, target, given) = (parsed.GetValue(name), parsed.GetValue(environment), parsed.GetValue(inputs) ?? []);
            if ((parsed.GetValue(plan) is null) != (playbook is not null && target is not null) || (parsed.GetValue(plan) is not null && (playbook is not null || target is not null || given.Length > 0)))
                throw new CliException(ExitCodes.WrongInput, "Name a playbook and an --environment, or a --plan, which names both and the inputs.");
            var made = parsed.GetValue(plan) is { } file ? PlanFile.Read(file) : null;
            if (made is not null)
                await RequireUnmovedAsync(made, LibraryFolder.Find(parsed.GetValue(folder)), cancellationToken);
            using var client = await host.ConnectAsync(parsed, cancellationToken);
            var answer = await client.StartAsync(new StartBody($"cli-{Guid.NewGuid():N}", made?.Playbook ?? playbook!, made?.Environment ?? target!, RunMode.Live,
                made?.Inputs ?? InputValues.Read(given), parsed.GetValue(detected), parsed.GetValue(reason), made?.PlaybookDigest, made?.EnvironmentDigest), cancellationToken);
            output.WriteLine(answer.RunId is null ? answer.Result : $"{answer.Result} {answer.RunId}");
            foreach (var why in answer.Reasons)
                output.WriteLine(why);
            return answer.Result == "rejected" ? ExitCodes.WrongInput : ExitCodes.Ok;
        });
        return command;
    }

    /// <exception cref="CliException">Something that the plan relies on is different now, or would not work.</exception>
    private static async Task RequireUnmovedAsync(RunPlan made, PlaybookLibrary library, CancellationToken cancellationToken)
    {
        var now = await new Planner(library, TimeProvider.System).MakeAsync(library.Load(made.Playbook), library.LoadEnvironment(made.Environment), made.Inputs, cancellationToken);
        var moved = made.MovedSince(now).ToList();
        if (moved.Count == 0 && !now.IsReady)
            moved.Add("The plan says itself that not everything is ready.");
        if (moved.Count > 0)
            throw new CliException(ExitCodes.NotGood, $"Nothing was started, because the world has moved since the plan was made:{Environment.NewLine}{string.Join(Environment.NewLine, moved)}{Environment.NewLine}Make a new plan.");
    }
}
