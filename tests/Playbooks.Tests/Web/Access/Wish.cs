using Playbooks.Core.Decisions;
using Playbooks.Web.Access;

namespace Playbooks.Tests.Web.Access;

/// <summary>One wish for each operation that a run can be asked for, as people bring it.</summary>
internal static class Wish
{
    public static readonly Operation[] OfRuns = [Operation.Vote, Operation.ConfirmTask, Operation.GiveOrder, Operation.SendSignal];

    public static string RunFor(DoorWorld world, Operation operation) => operation == Operation.ConfirmTask ? world.StartTask() : world.Start();

    public static Task<Judgement> BringAsync(DoorWorld world, Caller by, string run, Operation operation, string id = "wish-1")
    {
        var cancelled = TestContext.Current.CancellationToken;
        return operation switch
        {
            Operation.Vote => world.Door.VoteAsync(by, run, world.Vote(run, id), cancelled),
            Operation.ConfirmTask => world.Door.ConfirmAsync(by, run, new TaskBody("call", "Called."), cancelled),
            Operation.GiveOrder => world.Door.OrderAsync(by, run, new OrderBody(id, new Order.Pause(), "because"), cancelled),
            Operation.SendSignal => world.Door.SignalAsync(by, run, new SignalBody(id, "ready", null), cancelled),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }
}
