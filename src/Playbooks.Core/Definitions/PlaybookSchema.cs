using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Playbooks.Core.Definitions.Schema;

namespace Playbooks.Core.Definitions;

/// <summary>
/// The JSON Schema (2020-12) of playbooks, made from the kinds of step and the catalogue, so that an editor completes and explains what
/// the reader takes. It says what has a form; what needs a look across steps only the reader says.
/// </summary>
public static class PlaybookSchema
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The schema's text, the same each time, with a final newline. It is stored as <c>playbooks/playbook.schema.json</c>.</summary>
    public static string Generate() => Root().ToJsonString(Indented) + "\n";

    private static JsonObject Root()
    {
        var root = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "Playbook",
        };
        foreach (var (name, value) in DocumentSchema.Playbook())
            root[name] = value?.DeepClone();
        var definitions = new JsonObject
        {
            ["id"] = Form.Pattern(LanguageNames.IdPattern, "A name: a small letter, then letters and digits."),
            ["slug"] = Form.Pattern(LanguageNames.SlugPattern, "A name: small letters, digits and hyphens."),
            ["version"] = Form.Pattern(LanguageNames.VersionPattern, "Three numbers, for example 1.2.0."),
            ["duration"] = Form.Pattern("^P(?!$)([0-9]+W)?([0-9]+D)?(T(?=[0-9])([0-9]+H)?([0-9]+M)?([0-9]+(\\.[0-9]+)?S)?)?$",
                "ISO 8601 without years and months, positive, 30 days at most, for example PT30S, PT2M, PT4H or P1D."),
            ["expression"] = Form.Pattern(@"^\s*\$\{[\s\S]*\}\s*$", "A JMESPath expression written ${ … }. It reads inputs, alert, run, steps.<id> (status, output, attempts), and item and index inside blocks that repeat."),
            ["text"] = Form.Text("Text; ${ … } inside it is replaced, $${ is a literal ${."),
            ["retry"] = DocumentSchema.Retry(),
            ["errorKind"] = Form.Words("What went wrong.", Enum.GetValues<ErrorKind>().Select(WireName.Of)),
            ["onFailure"] = StepSchema.OnFailure(),
            ["steps"] = Form.List(Form.Reference("step"), "Steps, one after the other."),
            ["step"] = StepSchema.Step(),
            ["actionStep"] = StepSchema.ActionStep(),
        };
        foreach (var action in Catalogue.Actions)
            definitions[ActionSchema.DefinitionName(action)] = ActionSchema.With(action);
        root["$defs"] = definitions;
        return root;
    }
}
