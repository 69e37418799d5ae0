using Playbooks.Core.Cards;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Web.Access;

namespace Playbooks.Tests.Web.Teams;

/// <summary>The table of rights by the buttons of cards: every role, and everything that a card can be pressed for.</summary>
public sealed class CardAccessTests : IAsyncLifetime
{
    private readonly BotRig rig = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => rig.DisposeAsync();

    public static TheoryData<AccessRole, Operation> Cells()
    {
        var cells = new TheoryData<AccessRole, Operation>();
        foreach (var role in Enum.GetValues<AccessRole>())
        {
            foreach (var operation in new[] { Operation.Vote, Operation.ConfirmTask, Operation.GiveOrder })
                cells.Add(role, operation);
        }
        return cells;
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task Every_cell_of_the_table_holds_by_the_buttons_of_cards(AccessRole role, Operation operation)
    {
        var (verb, about, kind, wrote) = Button(operation);
        await rig.SendAsync(BotRig.Press("f:1", verb, PersonOf(role), about, kind: kind, wrote: wrote));

        var allowed = AccessTable.RolesFor(operation).Contains(role);
        Assert.Equal(allowed ? 1 : 0, rig.Runs.Taken);
        Assert.Equal(allowed ? [] : [WireName.Of(operation)], rig.Runs.Events("run-1").OfType<RunEvent.RequestRefused>().Select(refused => refused.Operation));
    }

    /// <summary>The button for it, on a card that asks for it.</summary>
    private (string Verb, string About, string Kind, (string, string)? Wrote) Button(Operation operation)
    {
        switch (operation)
        {
            case Operation.Vote:
                rig.Ask();
                return (CardVerbs.Approve, "run-1/go/1", "approval", null);
            case Operation.ConfirmTask:
                rig.AskByHand();
                return (CardVerbs.Done, "run-1/call/confirmation", "ask", (CardInputs.Note, "Called."));
            default:
                rig.AskForOrder();
                return (CardVerbs.Skip, "run-1/promote/order", "ask", (CardInputs.Reason, "seen and understood"));
        }
    }

    private static string PersonOf(AccessRole role) => role switch
    {
        AccessRole.Author => BotRig.Author,
        AccessRole.Operator => BotRig.Operator,
        AccessRole.Approver => BotRig.Approvers[0],
        AccessRole.Commander => BotRig.Commander,
        AccessRole.Auditor => BotRig.Reader,
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
