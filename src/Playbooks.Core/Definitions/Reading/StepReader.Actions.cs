using System.Collections.Immutable;
using System.Text.Json;

namespace Playbooks.Core.Definitions.Reading;

internal sealed partial class StepReader
{
    /// <summary>Stands in for an action that does not exist.</summary>
    private static readonly ActionDeclaration NoAction = new("", "", Effect.ReadOnly, Repeatability.Keyed, [], [], "");

    private Step.Do ReadDo(Node node, Fields fields, StepFacts facts, string id)
    {
        var action = ReadAction(node, facts);
        var with = fields.Optional("with");
        return new Step.Do
        {
            Id = id,
            Action = action ?? NoAction,
            With = ReadWith(with, action, facts),
            Timeout = fields.Optional("timeout")?.AsDuration() ?? reading.Defaults.Timeout,
            Retry = ReadRetryFor(action, fields.Optional("retry")),
            Undo = fields.Optional("undo") is { } undo ? ReadUndo(undo, facts) : null,
            Recovers = fields.Optional("recovers")?.AsBoolean() ?? false,
        };
    }

    private static ActionDeclaration? ReadAction(Node node, StepFacts facts)
    {
        if (node.Is(JsonValueKind.String, "\"model.isolate\""))
        {
            if (Catalogue.Find(node.Text!) is { } action)
                return action;
            var names = Catalogue.Actions.Select(known => known.Name).ToArray();
            node.Error(ErrorCodes.UnknownAction, $"There is no action {node.Shown}.", NearestName.Advice(node.Text!, names, $"Known are {string.Join(", ", names)}."));
        }
        facts.Broken = true;
        return null;
    }

    private UndoRule? ReadUndo(Node node, StepFacts facts)
    {
        if (Fields.Of(node, "{ \"do\": \"artifacts.promote\", \"with\": { … } }") is not { } fields)
            return null;
        var action = fields.Required("do", "\"artifacts.promote\"") is { } named ? ReadAction(named, facts) : null;
        var undo = new UndoRule(action ?? NoAction, ReadWith(fields.Optional("with"), action, facts, UseAt.Undo, node),
            fields.Optional("timeout")?.AsDuration() ?? reading.Defaults.Timeout, ReadRetryFor(action, fields.Optional("retry")));
        fields.RefuseOthers();
        return undo;
    }

    /// <summary>The values of <c>with</c>, checked against what the action declares.</summary>
    private static ImmutableArray<TemplateField> ReadWith(Node? node, ActionDeclaration? action, StepFacts facts, UseAt at = UseAt.Start, Node? around = null)
    {
        var values = ImmutableArray.CreateBuilder<TemplateField>();
        if (node is { } with && Fields.Of(with, "{ \"model\": \"${ inputs.model }\" }") is not null)
        {
            foreach (var (name, value) in with.Properties())
            {
                var template = TemplateReader.ReadJson(value, facts, at);
                values.Add(new TemplateField(name, template));
                if (action is null || value.Document.IsFull)
                    continue;
                if (action.Input(name) is { } declared)
                    InputForm.Check(value, template, declared);
                else
                    value.ErrorAtName(ErrorCodes.UnknownInput, $"'{action.Name}' takes no '{Fields.Short(name)}'.", NearestName.Advice(name,
                        [.. action.Inputs.Select(input => input.Name)], action.Inputs.IsEmpty ? "Remove it." : $"It takes {string.Join(", ", action.Inputs.Select(input => input.Name))}."));
            }
        }
        foreach (var missing in action?.Inputs.Where(input => input.Required && values.All(value => value.Name != input.Name)) ?? [])
            (node ?? around ?? facts.Node).Error(ErrorCodes.MissingInput, $"'{action!.Name}' needs '{missing.Name}': {missing.Description}", $"Add \"{missing.Name}\" to with.");
        return values.DrainToImmutable();
    }

    /// <summary>An effect that cannot be repeated is not tried again where it may have happened, whatever the defaults say.</summary>
    private RetryRule ReadRetryFor(ActionDeclaration? action, Node? written)
    {
        if (written is { } node)
        {
            var rule = RetryReader.Read(node, reading.Defaults.Retry ?? Defaults.RetryParts);
            if (action?.Repeatability == Repeatability.Once && node.Property("on") is { } on && rule.On.Any(IsUncertain))
                on.Error(ErrorCodes.UnsafeRetry, $"'{action.Name}' cannot be repeated: after a timeout its effect may have happened.", "Leave out timeout and outcome-unknown.");
            return action?.Repeatability == Repeatability.Once ? WithoutUncertain(rule) : rule;
        }
        var inherited = reading.Defaults.Retry ?? RetryRule.Once;
        return action?.Repeatability == Repeatability.Once ? WithoutUncertain(inherited) : inherited;
    }

    private static RetryRule WithoutUncertain(RetryRule rule) => rule with { On = [.. rule.On.Where(kind => !IsUncertain(kind))] };

    private static bool IsUncertain(ErrorKind kind) => kind is ErrorKind.Timeout or ErrorKind.OutcomeUnknown;
}
