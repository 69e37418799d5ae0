using System.Collections.Immutable;
using System.Text.Json;
using Playbooks.Core.Expressions;

namespace Playbooks.Core.Definitions.Reading;

internal sealed partial class StepReader
{
    public const int ConcurrencyMax = 100;
    public const int RepeatMaxTimes = 1_000;

    private Step.Parallel ReadParallel(Node node, Fields around, string id)
    {
        var inside = Inside(node);
        var branches = ImmutableArray.CreateBuilder<Branch>();
        var join = Join.All;
        if (Fields.Of(node, "{ \"branches\": { \"one\": [ … ], \"two\": [ … ] } }") is { } fields)
        {
            if (fields.Required("branches", "{ \"one\": [ … ], \"two\": [ … ] }") is { } named && named.Is(JsonValueKind.Object, "{ \"one\": [ … ] }"))
            {
                if (named.Value.Properties.IsEmpty)
                    named.Error(ErrorCodes.BadLength, "There is no branch.", "Name at least one branch.");
                foreach (var (name, body) in named.Properties())
                {
                    if (!LanguageNames.IsId(name))
                        body.ErrorAtName(ErrorCodes.BadName, $"'{Fields.Short(name)}' is no name for a branch.", "Start with a small letter, go on with letters and digits.");
                    branches.Add(new Branch(name, inside.ReadList(body)));
                }
            }
            join = fields.Optional("join")?.AsWord<Join>(WireName.Of) ?? Join.All;
            fields.RefuseOthers();
        }
        return new Step.Parallel { Id = id, Branches = branches.DrainToImmutable(), Join = join, Timeout = ReadBlockTimeout(around) };
    }

    private Step ReadForEach(Node node, Fields around, StepFacts facts, string id)
    {
        var timeout = ReadBlockTimeout(around);
        if (Fields.Of(node, "{ \"items\": [1, 2], \"maxItems\": 2, \"steps\": [ … ] }") is not { } fields)
            return Broken(facts, id);
        var items = fields.Required("items", "[10, 50, 100]");
        var maxItems = fields.Required("maxItems", "3")?.AsInteger(1, Limits.ForEachItemsMax, ErrorCodes.TooManyItems);
        var forEach = new Step.ForEach
        {
            Id = id,
            Items = items is { } written ? ReadItems(written, maxItems, facts) : new JsonTemplate.Literal(Core.Json.JsonData.EmptyArray),
            MaxItems = maxItems ?? 1,
            Concurrency = fields.Optional("concurrency")?.AsInteger(1, ConcurrencyMax) ?? 1,
            StopAtErrorPercent = fields.Optional("stopAtErrorPercent")?.AsInteger(0, 100),
            Steps = fields.Required("steps", "[ … ]") is { } steps ? Inside(node).ReadList(steps) : [],
            Timeout = timeout,
        };
        fields.RefuseOthers();
        return forEach;
    }

    private static JsonTemplate ReadItems(Node node, int? maxItems, StepFacts facts)
    {
        var items = TemplateReader.ReadJson(node, facts);
        if (node.Kind != JsonValueKind.Array && items is not JsonTemplate.Text { Template.Parts: [TemplatePart.Embedded] } && !facts.Broken)
            node.Error(ErrorCodes.WrongType, "Items are an array or an expression that gives one.", "Write for example [10, 50, 100] or \"${ inputs.models }\".");
        else if (node.Value.Elements.Length > maxItems)
            node.Error(ErrorCodes.TooManyItems, $"There are {node.Value.Elements.Length} items and maxItems is {maxItems}.", "Raise maxItems or remove items.");
        return items;
    }

    private Step ReadRepeat(Node node, Fields around, StepFacts facts, string id)
    {
        var timeout = ReadBlockTimeout(around);
        if (Fields.Of(node, "{ \"steps\": [ … ], \"until\": \"${ … }\", \"maxTimes\": 10 }") is not { } fields)
            return Broken(facts, id);
        var repeat = new Step.Repeat
        {
            Id = id,
            Steps = fields.Required("steps", "[ … ]") is { } steps ? Inside(node).ReadList(steps) : [],
            Until = (fields.Required("until", "\"${ steps.check.output.passed > `0` }\"") is { } until
                ? TemplateReader.ReadExpression(until, facts, UseAt.AfterBody) : null) ?? Placeholder.Expression,
            MaxTimes = fields.Required("maxTimes", "10")?.AsInteger(1, RepeatMaxTimes) ?? 1,
            Every = fields.Optional("every")?.AsDuration(zeroAllowed: true) ?? TimeSpan.Zero,
            Timeout = timeout,
        };
        fields.RefuseOthers();
        return repeat;
    }

    private Step.Switch ReadSwitch(Node node, Fields around, StepFacts facts, string id)
    {
        var inside = Inside(node);
        var arms = ImmutableArray.CreateBuilder<Arm>();
        foreach (var item in node.AsList("[ { \"when\": \"${ … }\", \"steps\": [ … ] } ]"))
        {
            if (Fields.Of(item, "{ \"when\": \"${ … }\", \"steps\": [ … ] }") is not { } fields)
                continue;
            var when = fields.Required("when", "\"${ inputs.model == 'grading' }\"") is { } condition ? TemplateReader.ReadExpression(condition, facts) : null;
            arms.Add(new Arm(when ?? Placeholder.Expression, fields.Required("steps", "[ … ]") is { } steps ? inside.ReadList(steps) : []));
            fields.RefuseOthers();
        }
        return new Step.Switch
        {
            Id = id,
            Arms = arms.DrainToImmutable(),
            Default = around.Optional("default") is { } otherwise ? inside.ReadList(otherwise, emptyAllowed: true) : [],
            Timeout = ReadBlockTimeout(around),
        };
    }

    private Step.Try ReadTry(Node node, Fields around, string id)
    {
        var inside = Inside(node);
        var arms = ImmutableArray.CreateBuilder<CatchArm>();
        ImmutableArray<Step> steps = [];
        if (Fields.Of(node, "{ \"steps\": [ … ], \"catch\": [ { \"on\": [\"not-found\"], \"steps\": [ … ] } ] }") is { } fields)
        {
            steps = fields.Required("steps", "[ … ]") is { } body ? inside.ReadList(body) : [];
            foreach (var item in fields.Required("catch", "[ { \"on\": [\"not-found\"], \"steps\": [ … ] } ]")?.AsList("[ { \"steps\": [ … ] } ]") ?? [])
            {
                if (Fields.Of(item, "{ \"on\": [\"not-found\"], \"steps\": [ … ] }") is not { } arm)
                    continue;
                arms.Add(new CatchArm(arm.Optional("on") is { } on ? RetryReader.ReadKinds(on) : [],
                    arm.Required("steps", "[ … ]") is { } caught ? inside.ReadList(caught, emptyAllowed: true) : []));
                arm.RefuseOthers();
            }
            fields.RefuseOthers();
        }
        return new Step.Try { Id = id, Steps = steps, Catch = arms.DrainToImmutable(), Timeout = ReadBlockTimeout(around) };
    }
}
