using System.Collections.Immutable;
using System.Text.Json;

namespace Playbooks.Core.Definitions.Reading;

/// <summary>Reads a whole playbook document.</summary>
internal static class PlaybookDraftReader
{
    /// <param name="prefix">Of an inlined playbook's ids; empty for the outermost.</param>
    /// <param name="around">What the inlining text reads with; null for the outermost.</param>
    public static Draft Read(Document document, ErrorList errors, FactTable facts, string prefix = "", Reading? around = null,
        Func<PlaybookPin, PlaybookSource?>? resolver = null)
    {
        if (Fields.Of(document.Root, "{ \"playbook\": \"model-corruption\", … }") is not { } fields)
            return new Draft { Document = document, Scope = new Scope(prefix, ImmutableDictionary<string, InputDeclaration>.Empty) };
        var name = fields.Required("playbook", "\"model-corruption\"")?.AsSlug() ?? "";
        fields.Optional("$schema")?.AsText();
        var inputs = fields.Optional("inputs") is { } declared ? InputReader.Read(declared) : [];
        var scope = new Scope(prefix, inputs.ToDictionary(input => input.Name, StringComparer.Ordinal));
        var reading = around is null
            ? new Reading(document, errors, facts, scope, Defaults.BuiltIn, resolver, [], [name])
            : around with { Document = document, Scope = scope };
        reading = reading with { Defaults = fields.Optional("defaults") is { } defaults ? ReadDefaults(defaults) : Defaults.BuiltIn };
        var triggers = fields.Optional("triggers") is { } listed ? TriggerReader.Read(listed, inputs, scope) : [];
        var concurrency = fields.Optional("concurrency");
        var concurrencyFacts = concurrency is { } rule ? new StepFacts(rule, scope) : null;
        var steps = new StepReader(reading);
        var draft = new Draft
        {
            Document = document,
            Scope = scope,
            Name = name,
            Version = fields.Required("version", "\"1.0.0\"")?.AsVersion() ?? "",
            Title = fields.Required("title", "\"A model serves corrupted predictions\"")?.AsText(200) ?? "",
            Owner = fields.Optional("owner")?.AsText(320),
            Editors = fields.Optional("editors") is { } editors ? ReadEditors(editors) : [],
            Objectives = fields.Optional("objectives") is { } objectives ? ReadObjectives(objectives) : new Objectives(null, null),
            Classification = fields.Optional("classification") is { } words && words.Is(JsonValueKind.Object, "{ \"aiAct\": { \"risk\": \"high\" } }") ? words.Value : null,
            Triggers = triggers,
            ConcurrencyFacts = concurrencyFacts,
            Concurrency = concurrency is { } written ? ReadConcurrency(written, concurrencyFacts!) : null,
            Inputs = inputs,
            Roles = fields.Optional("roles") is { } roles ? ReadRoles(roles) : ImmutableSortedDictionary<string, string>.Empty,
            Steps = fields.Required("steps", "[ { \"id\": \"isolate\", \"do\": \"model.isolate\" } ]") is { } list ? steps.ReadList(list) : [],
            Finally = fields.Optional("finally") is { } last ? steps.ReadActions(last, "finally") : [],
            FinallyWithin = fields.Optional("finallyWithin")?.AsDuration() ?? Limits.FinallyWithinDefault,
            Drill = fields.Optional("drill") is { } drill ? ReadDrill(drill, steps) : null,
            Inlined = [.. reading.Inlined],
        };
        fields.RefuseOthers();
        return draft;
    }

    private static ImmutableArray<string> ReadEditors(Node node)
    {
        ImmutableArray<string> editors = [.. node.AsList("[\"entra:5d3ad6a2-6b61-4f0c-9c4b-7a2f3f2a9f11\"]").Select(person => person.AsText(320)).OfType<string>()];
        if (editors.Length > Limits.EditorsMax)
            node.Error(ErrorCodes.BadLength, $"{editors.Length} people are too many.", $"Name at most {Limits.EditorsMax}: those who wrote what is new in this version.");
        return editors;
    }

    private static Objectives ReadObjectives(Node node)
    {
        if (Fields.Of(node, "{ \"rto\": \"PT4H\", \"degradedWithin\": \"PT10M\" }") is not { } fields)
            return new Objectives(null, null);
        var objectives = new Objectives(fields.Optional("rto")?.AsDuration(), fields.Optional("degradedWithin")?.AsDuration());
        fields.RefuseOthers();
        return objectives;
    }

    private static Defaults ReadDefaults(Node node)
    {
        if (Fields.Of(node, "{ \"timeout\": \"PT2M\", \"retry\": { \"attempts\": 3 } }") is not { } fields)
            return Defaults.BuiltIn;
        var defaults = new Defaults(fields.Optional("timeout")?.AsDuration() ?? Limits.TimeoutDefault,
            fields.Optional("retry") is { } retry ? RetryReader.Read(retry, Defaults.RetryParts) : null);
        fields.RefuseOthers();
        return defaults;
    }

    private static ConcurrencyRule? ReadConcurrency(Node node, StepFacts facts)
    {
        if (Fields.Of(node, "{ \"key\": \"${ inputs.model }\", \"onConflict\": \"attach\", \"cooldown\": \"PT30M\" }") is not { } fields)
            return null;
        var key = fields.Required("key", "\"${ inputs.model }\"") is { } text ? TemplateReader.ReadText(text, facts) : null;
        var rule = new ConcurrencyRule(key ?? Placeholder.Text, fields.Optional("onConflict")?.AsWord<OnConflict>(WireName.Of) ?? OnConflict.Attach,
            fields.Optional("cooldown")?.AsDuration(zeroAllowed: true) ?? TimeSpan.Zero);
        fields.RefuseOthers();
        return rule;
    }

    private static ImmutableSortedDictionary<string, string> ReadRoles(Node node)
    {
        var roles = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (node.Is(JsonValueKind.Object, "{ \"approver\": \"ml-approvers\" }"))
        {
            foreach (var (name, value) in node.Properties())
            {
                if (!LanguageNames.IsId(name))
                    value.ErrorAtName(ErrorCodes.BadName, $"'{Fields.Short(name)}' is no name for a role.", "Start with a small letter, go on with letters and digits.");
                if (value.AsText(128) is { } group)
                    roles[name] = group;
            }
        }
        return roles.ToImmutable();
    }

    private static DrillPlan? ReadDrill(Node node, StepReader steps)
    {
        if (Fields.Of(node, "{ \"detectWithin\": \"PT5M\", \"inject\": [ … ] }") is not { } fields)
            return null;
        var plan = new DrillPlan(fields.Required("detectWithin", "\"PT5M\"")?.AsDuration() ?? TimeSpan.Zero,
            fields.Required("inject", "[ … ]") is { } inject ? steps.ReadActions(inject, "inject") : []);
        fields.RefuseOthers();
        return plan;
    }
}
