using System.Collections.Immutable;
using System.Text.Json;

namespace Playbooks.Core.Definitions.Reading;

internal sealed partial class StepReader
{
    public const int QuorumMax = 20;
    private static readonly string[] WaysToWait = ["for", "until", "event"];

    private Step ReadApprove(Node node, StepFacts facts, string id)
    {
        if (Fields.Of(node, "{ \"role\": \"approver\", \"message\": \"Restore?\", \"covers\": [\"restore\"], \"decideWithin\": \"PT30M\" }") is not { } fields)
            return Broken(facts, id);
        var role = fields.Required("role", "\"approver\"")?.AsId();
        var message = fields.Required("message", "\"Restore?\"") is { } text ? TemplateReader.ReadText(text, facts) : null;
        var decideWithin = fields.Required("decideWithin", "\"PT30M\"")?.AsDuration();
        var approve = new Step.Approve
        {
            Id = id,
            Role = role ?? "",
            Quorum = fields.Optional("quorum")?.AsInteger(1, QuorumMax) ?? 1,
            Message = message ?? Placeholder.Text,
            Covers = fields.Required("covers", "[\"restore\"]") is { } covers ? ReadCovers(covers) : [],
            DecideWithin = decideWithin ?? TimeSpan.Zero,
            Escalate = fields.Optional("escalate") is { } escalate ? ReadEscalations(escalate, decideWithin) : [],
            OnTimeout = fields.Optional("onTimeout") is { } onTimeout ? ReadOnTimeout(onTimeout) : new OnTimeout.Deny(),
            OnPage = fields.Optional("decideOn") is { } decideOn && ReadDecideOn(decideOn),
        };
        fields.RefuseOthers();
        return approve;
    }

    private static bool ReadDecideOn(Node node)
    {
        if (node.Text is not ("anywhere" or "page"))
            node.Error(ErrorCodes.UnknownWord, $"{node.Shown} is no place to decide.", NearestName.Advice(node.Text ?? "", ["anywhere", "page"], "Write \"anywhere\" or \"page\"."));
        return node.Text == "page";
    }

    private ImmutableArray<string> ReadCovers(Node node)
    {
        var covers = ImmutableArray.CreateBuilder<string>();
        foreach (var item in node.AsList("[\"restore\"]"))
        {
            if (item.AsId() is not { } covered)
                continue;
            if (covers.Contains(Scope.Prefix + covered))
                item.Error(ErrorCodes.Repeated, $"'{covered}' stands twice.", "Remove one.");
            else
                covers.Add(Scope.Prefix + covered);
        }
        return covers.DrainToImmutable();
    }

    private static ImmutableArray<Escalation> ReadEscalations(Node node, TimeSpan? decideWithin)
    {
        var escalations = ImmutableArray.CreateBuilder<Escalation>();
        foreach (var item in node.AsList("[ { \"after\": \"PT10M\", \"role\": \"commander\" } ]"))
        {
            if (Fields.Of(item) is not { } fields)
                continue;
            var written = fields.Required("after", "\"PT10M\"");
            var after = written?.AsDuration();
            var role = fields.Required("role", "\"commander\"")?.AsId();
            fields.RefuseOthers();
            if (after >= decideWithin)
                written!.Value.Error(ErrorCodes.EscalatesTooLate, "The escalation comes when the decision is over.", $"Write less than decideWithin, {IsoDuration.Format(decideWithin.Value)}.");
            if (after is { } time && role is not null)
                escalations.Add(new Escalation(time, role));
        }
        return [.. escalations.OrderBy(escalation => escalation.After)];
    }

    private OnTimeout ReadOnTimeout(Node node)
    {
        if (node.Kind == JsonValueKind.Object)
            return ReadGoto(node) is { } target ? new OnTimeout.Goto(target) : new OnTimeout.Deny();
        switch (node.Text)
        {
            case "deny": return new OnTimeout.Deny();
            case "proceed": return new OnTimeout.Proceed();
            default:
                node.Error(ErrorCodes.UnknownWord, $"{node.Shown} is no answer to silence.",
                    NearestName.Advice(node.Text ?? "", ["deny", "proceed"], "Write \"deny\", \"proceed\" or { \"goto\": \"laterStep\" }."));
                return new OnTimeout.Deny();
        }
    }

    private static Step ReadTask(Node node, StepFacts facts, string id)
    {
        if (Fields.Of(node, "{ \"role\": \"operator\", \"instructions\": \"Call the vendor.\", \"doneWithin\": \"PT30M\" }") is not { } fields)
            return Broken(facts, id);
        var task = new Step.ManualTask
        {
            Id = id,
            Role = fields.Required("role", "\"operator\"")?.AsId() ?? "",
            Instructions = fields.Required("instructions", "\"Call the vendor.\"") is { } text ? TemplateReader.ReadText(text, facts) ?? Placeholder.Text : Placeholder.Text,
            DoneWithin = fields.Required("doneWithin", "\"PT30M\"")?.AsDuration() ?? TimeSpan.Zero,
        };
        fields.RefuseOthers();
        return task;
    }

    private static Step.Wait ReadWait(Node node, StepFacts facts, string id)
    {
        if (Fields.Of(node, "{ \"for\": \"PT1M\" }") is not { } fields)
            return Broken(facts, id);
        var ways = WaysToWait.Where(way => node.Property(way) is not null).ToArray();
        if (ways.Length != 1)
        {
            node.Error(ErrorCodes.MissingField, "A wait needs exactly one of for, until and event.",
                "Write { \"for\": \"PT1M\" }, { \"until\": \"${ inputs.openAt }\", \"atMost\": \"PT1H\" } or { \"event\": \"approvedByVendor\", \"within\": \"PT1H\" }.");
            return Broken(facts, id);
        }
        WaitFor? wait = ways[0] switch
        {
            "for" => fields.Required("for", "\"PT1M\"")?.AsDuration() is { } time ? new WaitFor.Duration(time) : null,
            "until" => ReadUntil(fields, facts),
            _ => ReadSignal(fields),
        };
        fields.RefuseOthers();
        return wait is null ? Broken(facts, id) : new Step.Wait { Id = id, For = wait };
    }

    private static WaitFor.Instant? ReadUntil(Fields fields, StepFacts facts)
    {
        var written = fields.Required("until", "\"${ inputs.openAt }\"")!.Value;
        var at = TemplateReader.ReadText(written, facts);
        if (at is not null && !TemplateReader.HoldsExpression(written.Text!) && !InputForm.IsInstant(written.Text!))
            written.Error(ErrorCodes.BadInstant, $"{written.Shown} is not an instant.", "Write for example \"2026-03-01T04:00:00Z\".");
        var latest = fields.Required("atMost", "\"PT1H\"")?.AsDuration();
        return at is not null && latest is { } bound ? new WaitFor.Instant(at, bound) : null;
    }

    private static WaitFor.Signal? ReadSignal(Fields fields)
    {
        var name = fields.Required("event", "\"vendorReady\"")?.AsId();
        var within = fields.Required("within", "\"PT1H\"")?.AsDuration();
        return name is not null && within is { } bound ? new WaitFor.Signal(name, bound) : null;
    }

    private static Step.Finish ReadFail(Node node, StepFacts facts, string id) =>
        new Step.Finish { Id = id, As = FinishAs.Failed, Reason = TemplateReader.ReadText(node, facts) ?? Placeholder.Text };

    private static Step ReadEnd(Node node, StepFacts facts, string id)
    {
        if (Fields.Of(node, "{ \"as\": \"stoodDown\", \"reason\": \"A false alarm.\" }") is not { } fields)
            return Broken(facts, id);
        var finish = new Step.Finish
        {
            Id = id,
            As = fields.Required("as", "\"stoodDown\"") is { } outcome ? ReadEndAs(outcome) : FinishAs.StoodDown,
            Reason = fields.Required("reason", "\"A false alarm.\"") is { } reason ? TemplateReader.ReadText(reason, facts) ?? Placeholder.Text : Placeholder.Text,
        };
        fields.RefuseOthers();
        return finish;
    }

    private static FinishAs ReadEndAs(Node node)
    {
        if (node.Text == "completed")
            return FinishAs.Completed;
        if (node.Text != "stoodDown")
            node.Error(ErrorCodes.UnknownWord, $"{node.Shown} is no outcome to end with.", "Write \"stoodDown\" or \"completed\"; to fail, write \"fail\": \"reason\".");
        return FinishAs.StoodDown;
    }

    private static Step.Wait Broken(StepFacts facts, string id)
    {
        facts.Broken = true;
        return Nothing(id);
    }
}
