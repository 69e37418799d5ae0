using System.Collections.Immutable;
using System.Text;
using Playbooks.Core.Decisions;
using Playbooks.Core.Json;

namespace Playbooks.Tests.Architecture;

public class EventTests
{
    public static TheoryData<Type> Kinds => [.. typeof(RunEvent).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(RunEvent)))];

    [Fact]
    public void Every_kind_has_its_own_stored_name()
    {
        Assert.Equal(Kinds.Select(kind => kind.Data.Name).Order(StringComparer.Ordinal), EventNames.ByType.Keys.Select(type => type.Name).Order(StringComparer.Ordinal));
        Assert.Equal(EventNames.ByType.Count, EventNames.ByType.Values.Distinct().Count());
    }

    /// <summary>Journals hold these names: a line is added with a new event and never changed.</summary>
    [Theory]
    [InlineData("RunStarted", "run.started")]
    [InlineData("AlertAttached", "alert.attached")]
    [InlineData("AlertResolved", "alert.resolved")]
    [InlineData("AttemptStarted", "attempt.started")]
    [InlineData("ActionSucceeded", "action.succeeded")]
    [InlineData("ActionFailed", "action.failed")]
    [InlineData("ActionPending", "action.pending")]
    [InlineData("TimerFired", "timer.fired")]
    [InlineData("VoteCast", "vote.cast")]
    [InlineData("TaskConfirmed", "task.confirmed")]
    [InlineData("SignalReceived", "signal.received")]
    [InlineData("OrderGiven", "order.given")]
    [InlineData("Told", "people.told")]
    [InlineData("TellFailed", "people.notTold")]
    [InlineData("HeadAnchored", "head.anchored")]
    [InlineData("AnchorFailed", "head.notAnchored")]
    [InlineData("NoticeDelivered", "notice.delivered")]
    [InlineData("NoticeFailed", "notice.notDelivered")]
    [InlineData("RequestRefused", "request.refused")]
    [InlineData("DetectionAwaited", "detection.awaited")]
    [InlineData("RecoveryStarted", "recovery.started")]
    [InlineData("StepStarted", "step.started")]
    [InlineData("StepSucceeded", "step.succeeded")]
    [InlineData("StepSkipped", "step.skipped")]
    [InlineData("StepFailed", "step.failed")]
    [InlineData("AttemptExpired", "attempt.expired")]
    [InlineData("OrderAwaited", "order.awaited")]
    [InlineData("IterationStarted", "iteration.started")]
    [InlineData("IterationEnded", "iteration.ended")]
    [InlineData("BlockDraining", "block.draining")]
    [InlineData("ErrorCaught", "error.caught")]
    [InlineData("ApprovalOpened", "approval.opened")]
    [InlineData("ApprovalEscalated", "approval.escalated")]
    [InlineData("VoteCounted", "vote.counted")]
    [InlineData("VoteRefused", "vote.refused")]
    [InlineData("TaskRefused", "task.refused")]
    [InlineData("ApprovalDecided", "approval.decided")]
    [InlineData("ApprovalVoided", "approval.voided")]
    [InlineData("OrderTaken", "order.taken")]
    [InlineData("OrderRefused", "order.refused")]
    [InlineData("ModelDegraded", "model.degraded")]
    [InlineData("ServiceRecovered", "service.recovered")]
    [InlineData("BudgetExceeded", "budget.exceeded")]
    [InlineData("RtoAtRisk", "rto.atRisk")]
    [InlineData("RtoMissed", "rto.missed")]
    [InlineData("RunStopping", "run.stopping")]
    [InlineData("RunDrained", "run.drained")]
    [InlineData("UndoSucceeded", "undo.succeeded")]
    [InlineData("UndoFailed", "undo.failed")]
    [InlineData("IsolationUnconfirmed", "isolation.unconfirmed")]
    [InlineData("IsolationConfirmed", "isolation.confirmed")]
    [InlineData("FinallyStarted", "finally.started")]
    [InlineData("RunEnded", "run.ended")]
    [InlineData("RunParked", "run.parked")]
    public void A_stored_name_stays_what_it_is(string kind, string name) =>
        Assert.Equal(name, EventNames.ByType.Single(known => known.Key.Name == kind).Value);

    [Fact]
    public void A_start_that_was_stored_without_inlined_playbooks_has_none() =>
        Assert.Empty(Assert.IsType<RunEvent.RunStarted>(EventJson.Read("""
            {"type":"run.started","runId":"r","mode":"drill","decisionVersion":1,"playbook":{"name":"p","digest":"d","text":"{}"},"environment":{"name":"e","digest":"d","text":"{}"},
             "inputs":{},"startedBy":"somebody","at":"2026-01-01T00:00:00+00:00"}
            """u8)).Inlined);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_is_stored_and_read_again_to_the_same_bytes(Type kind)
    {
        var bytes = EventJson.Write(Make(kind));
        Assert.StartsWith("{\"type\":\"" + EventNames.ByType[kind] + "\"", Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
        Assert.Equal(Encoding.UTF8.GetString(bytes), Encoding.UTF8.GetString(EventJson.Write(EventJson.Read(bytes))));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_is_folded_and_never_throws(Type kind)
    {
        var happened = Make(kind);
        Assert.Equal(1, Decider.Evolve(Run.Empty, happened).Sequence);
        var run = Decisions.Story.Of("""[ { "id": "look", "do": "artifacts.verify", "with": { "model": "grading" } } ]""", rto: "").Run;
        var next = Decider.Evolve(run, happened);
        Assert.Equal(run.Sequence + 1, next.Sequence);
        Decider.Decide(next);
    }

    private static RunEvent Make(Type kind)
    {
        var constructor = kind.GetConstructors().MaxBy(constructor => constructor.GetParameters().Length)!;
        return (RunEvent)constructor.Invoke([.. constructor.GetParameters().Select(parameter => Sample(parameter.ParameterType))]);
    }

    private static object? Sample(Type type) => type switch
    {
        _ when type == typeof(string) => "text",
        _ when type == typeof(DateTimeOffset) || type == typeof(DateTimeOffset?) => new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
        _ when type == typeof(TimeSpan) || type == typeof(TimeSpan?) => TimeSpan.FromSeconds(90),
        _ when type == typeof(JsonData) => JsonData.Parse("""{"model":"grading"}"""),
        _ when type == typeof(CommandId) => new CommandId("look", Purpose.Do, 0, 1, 0),
        _ when type == typeof(PinnedText) => new PinnedText("name", "digest", "{}"),
        _ when type == typeof(PostedCard) => new PostedCard("https://service.example/", "19:thread", "1", "digest"),
        _ when type == typeof(Order) => new Order.Skip("look", false),
        _ when type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>) =>
            typeof(ImmutableArray).GetMethods().First(method => method.Name == "Create" && method.GetParameters().Length == 0)
                .MakeGenericMethod(type.GetGenericArguments()).Invoke(null, null),
        _ when Nullable.GetUnderlyingType(type) is { } inner => Sample(inner),
        _ when type.IsEnum => Enum.GetValues(type).Cast<object>().First(),
        _ => Activator.CreateInstance(type),
    };
}
