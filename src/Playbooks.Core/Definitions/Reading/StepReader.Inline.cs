using System.Collections.Immutable;

namespace Playbooks.Core.Definitions.Reading;

internal sealed partial class StepReader
{
    private Step ReadInline(Node node, Fields around, StepFacts facts, string id)
    {
        var timeout = ReadBlockTimeout(around);
        if (Fields.Of(node, "{ \"name\": \"restore-model\", \"version\": \"1.0.0\", \"sha256\": \"…\" }") is not { } fields)
            return Broken(facts, id);
        var name = fields.Required("name", "\"restore-model\"")?.AsSlug();
        var version = fields.Required("version", "\"1.0.0\"")?.AsVersion();
        var digest = fields.Required("sha256", "\"64 digits\"")?.AsDigest();
        var with = fields.Optional("with");
        var values = with is { } given && Fields.Of(given) is not null
            ? given.Properties().Select(value => (value.Name, value.Value, Template: TemplateReader.ReadJson(value.Value, facts))).ToArray() : [];
        fields.RefuseOthers();
        var inner = name is not null && version is not null && digest is not null ? Inline(node, new PlaybookPin(name, version, digest), id) : null;
        if (inner is null)
            return Broken(facts, id);
        CheckInlineInputs(with ?? node, values, inner.Inputs);
        return new Step.Inline
        {
            Id = id,
            Playbook = name!,
            Version = version!,
            Digest = digest!,
            With = [.. values.Select(value => new TemplateField(value.Name, value.Template)), .. Defaulted(inner.Inputs, values.Select(value => value.Name))],
            Steps = inner.Steps,
            Timeout = timeout,
        };
    }

    private Draft? Inline(Node node, PlaybookPin pin, string id)
    {
        if (reading.Chain.Contains(pin.Name))
            node.Error(ErrorCodes.InlineCycle, $"'{pin.Name}' is inlined inside itself: {string.Join(" → ", reading.Chain.Append(pin.Name))}.", "Break the circle.");
        else if (reading.Chain.Count > Limits.InlineDepthMax)
            node.Error(ErrorCodes.InlinedTooDeep, $"Playbooks are inlined more than {Limits.InlineDepthMax} deep.", "Make it flatter.");
        else if (reading.Resolver?.Invoke(pin) is not { } source)
            node.Error(ErrorCodes.InlineNotFound, $"The playbook '{pin.Name}' {pin.Version} was not found.", "Put it beside this playbook's folder, or correct name and version.");
        else if (Document.DigestOf(source.Text) != pin.Sha256)
            node.Property("sha256")!.Value.Error(ErrorCodes.InlineDiffers, $"The text of '{pin.Name}' {pin.Version} has another SHA-256.",
                $"Check what changed, then write \"{Document.DigestOf(source.Text)}\".");
        else if (Document.Open(source.Text, source.FileName, reading.Errors) is { } document)
        {
            CheckRoomInside(node);
            var inside = reading.Inside() with { Chain = [.. reading.Chain, pin.Name] };
            var draft = PlaybookDraftReader.Read(document, inside.Errors, inside.Facts, id + "/", inside);
            if (draft.Name != pin.Name || draft.Version != pin.Version)
                node.Error(ErrorCodes.InlineDiffers, $"The text calls itself '{draft.Name}' {draft.Version}.", "Correct name and version.");
            if (!draft.Finally.IsEmpty)
                node.Error(ErrorCodes.InlineFinally, $"'{pin.Name}' has a finally, which would not run here.", "Inline a playbook without one, and write its steps into your own finally.");
            if (reading.Inlined.All(known => known.Digest != pin.Sha256))
                reading.Inlined.Add(new InlinedText(pin.Name, pin.Version, pin.Sha256, source.Text));
            return draft;
        }
        return null;
    }

    private static void CheckInlineInputs(Node at, IReadOnlyList<(string Name, Node Value, JsonTemplate Template)> values, ImmutableArray<InputDeclaration> declared)
    {
        foreach (var (name, value, template) in values)
        {
            if (declared.FirstOrDefault(input => input.Name == name) is not { } input)
                value.ErrorAtName(ErrorCodes.UnknownInput, $"The playbook takes no '{Fields.Short(name)}'.",
                    NearestName.Advice(name, [.. declared.Select(known => known.Name)], "Remove it."));
            else if (template is JsonTemplate.Literal literal && RunInputs.Problem(input, literal.Value) is { } problem)
                value.Error(ErrorCodes.BadInput, problem, "Correct the value.");
        }
        foreach (var missing in declared.Where(input => input.Required && values.All(value => value.Name != input.Name)))
            at.Error(ErrorCodes.MissingInput, $"The playbook needs '{missing.Name}'.", $"Add \"{missing.Name}\" to with.");
    }

    private static IEnumerable<TemplateField> Defaulted(ImmutableArray<InputDeclaration> declared, IEnumerable<string> given) =>
        declared.Where(input => input.Default is not null && !given.Contains(input.Name)).Select(input => new TemplateField(input.Name, new JsonTemplate.Literal(input.Default!)));
}
