using System.CommandLine;
using Playbooks.Cli.Host;
using Playbooks.Core.Decisions;
using Playbooks.Web.Access;
using Command = System.CommandLine.Command;

namespace Playbooks.Cli.Verbs;

/// <summary>What people say to a running host: votes and orders. The host's decider judges them, and the verb says how.</summary>
internal static class PeopleVerbs
{
    public static IEnumerable<Command> Create() =>
    [
        Vote("approve", "Votes yes on an open approval.", true),
        Vote("reject", "Votes no on an open approval. One no by an entitled person ends it.", false),
        ConfirmTask(),
        Order("cancel", "Stops a run: it isolates, takes back and ends cancelled.", new Order.Cancel()),
        Order("pause", "Holds a run: no new step starts; what runs reports, and deadlines run on.", new Order.Pause()),
        Order("resume", "Lets a paused run go on.", new Order.Resume()),
        StepOrder("retry", "Tries a failed step again that waits for an order.", "--again",
            "State that the effect did not happen, so that it may be done under a new key", (path, again) => new Order.Retry(path, again)),
        StepOrder("skip", "Goes on without a step that failed or has not started.", "--no-effect",
            "State that the step had no effect, so that nothing is taken back", (path, noEffect) => new Order.Skip(path, noEffect)),
    ];

    private static Command Vote(string name, string description, bool approves)
    {
        var (run, host) = (CommonOptions.Run(), new HostChoice());
        var step = new Option<string?>("--step") { Description = "Path of the approval; needed when more than one is open" };
        var comment = new Option<string?>("--comment", "-m") { Description = "A word on it; it stands in the evidence" };
        var command = new Command(name, description) { run, step, comment };
        host.AddTo(command);
        command.Handle(async (parsed, output, cancellationToken) =>
        {
            using var client = await host.ConnectAsync(parsed, cancellationToken);
            var view = await client.ShowAsync(parsed.GetValue(run)!, cancellationToken);
            var open = view.Approvals.Where(approval => parsed.GetValue(step) is not { } path || approval.Path == path).ToList();
            if (open.Count != 1)
                throw new CliException(ExitCodes.WrongInput, open.Count == 0 ? "No approval is open there." : $"Name one with --step: {string.Join(", ", open.Select(approval => approval.Path))}.");
            output.WriteLine(TerminalPeople.Printable(open[0].Message));
            return Tell(output, await client.PostAsync(view.Run.RunId, "votes", new VoteBody($"cli-{Guid.NewGuid():N}", open[0].Path, open[0].Round, open[0].Digest, approves, parsed.GetValue(comment)), cancellationToken));
        });
        return command;
    }

    private static Command ConfirmTask()
    {
        var (run, host) = (CommonOptions.Run(), new HostChoice());
        var step = new Argument<string>("step") { Description = "Path of the task, as 'show' names it" };
        var note = new Option<string>("--note", "-m") { Description = "What was done; it stands in the evidence", Required = true };
        var command = new Command("task", "Confirms that what a task asks for was done by hand, so that the run goes on.") { run, step, note };
        host.AddTo(command);
        command.Handle(async (parsed, output, cancellationToken) =>
        {
            using var client = await host.ConnectAsync(parsed, cancellationToken);
            return Tell(output, await client.PostAsync(parsed.GetValue(run)!, "tasks", new TaskBody(parsed.GetValue(step)!, parsed.GetValue(note)!), cancellationToken));
        });
        return command;
    }

    private static Command Order(string name, string description, Order order)
    {
        var (run, host, reason) = (CommonOptions.Run(), new HostChoice(), CommonOptions.Reason());
        var command = new Command(name, description) { run, reason };
        host.AddTo(command);
        command.Handle((parsed, output, cancellationToken) => SendAsync(host, parsed, parsed.GetValue(run)!, order, parsed.GetValue(reason)!, output, cancellationToken));
        return command;
    }

    private static Command StepOrder(string name, string description, string flag, string flagDescription, Func<string, bool, Order> make)
    {
        var (run, host, reason) = (CommonOptions.Run(), new HostChoice(), CommonOptions.Reason());
        var step = new Argument<string>("step") { Description = "Path of the step, as 'show' names it" };
        var option = new Option<bool>(flag) { Description = flagDescription };
        var command = new Command(name, description) { run, step, option, reason };
        host.AddTo(command);
        command.Handle((parsed, output, cancellationToken) => SendAsync(host, parsed, parsed.GetValue(run)!,
            make(parsed.GetValue(step)!, parsed.GetValue(option)), parsed.GetValue(reason)!, output, cancellationToken));
        return command;
    }

    private static async Task<int> SendAsync(HostChoice host, ParseResult parsed, string run, Order order, string reason, TextWriter output, CancellationToken cancellationToken)
    {
        using var client = await host.ConnectAsync(parsed, cancellationToken);
        return Tell(output, await client.PostAsync(run, "orders", new OrderBody($"cli-{Guid.NewGuid():N}", order, reason), cancellationToken));
    }

    private static int Tell(TextWriter output, Judgement judgement)
    {
        output.WriteLine(judgement.Accepted ? "Taken." : $"Refused: {judgement.Reason}");
        return judgement.Accepted ? ExitCodes.Ok : ExitCodes.NotGood;
    }
}
