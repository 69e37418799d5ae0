using System.Globalization;
using Playbooks.Core.Decisions;
using Playbooks.Core.Json;
using Playbooks.Core.Renderings;

namespace Playbooks.Core.Cards;

/// <summary>The pieces that cards are made of. Words of ours may stand in text blocks; whatever comes from outside stands in runs, which know no markdown.</summary>
internal static class CardParts
{
    private const string Version = "1.5";
    private const string Schema = "http://adaptivecards.io/schemas/adaptive-card.json";

    /// <param name="fallback">Our words, for a client that cannot show cards.</param>
    public static JsonData Card(IEnumerable<JsonData> body, string fallback, JsonData? refresh = null)
    {
        var fields = new List<KeyValuePair<string, JsonData>>
        {
            new("type", JsonData.Of("AdaptiveCard")), new("$schema", JsonData.Of(Schema)), new("version", JsonData.Of(Version)),
            new("fallbackText", JsonData.Of(fallback)), new("body", JsonData.Array(body)),
        };
        if (refresh is not null)
            fields.Insert(3, new("refresh", refresh));
        return JsonData.Object(fields);
    }

    /// <summary>Words of ours.</summary>
    public static JsonData Ours(string text, string? color = null, bool bold = false, bool subtle = false, string? spacing = null) => Fields("TextBlock",
        ("text", JsonData.Of(text)), ("wrap", JsonData.True), ("color", Word(color)), ("weight", Word(bold ? "Bolder" : null)),
        ("isSubtle", subtle ? JsonData.True : null), ("size", Word(subtle ? "Small" : null)), ("spacing", Word(spacing)));

    /// <summary>A paragraph of runs.</summary>
    public static JsonData Runs(string? spacing, params IEnumerable<JsonData> runs) =>
        Fields("RichTextBlock", ("inlines", JsonData.Array(runs)), ("spacing", Word(spacing)));

    public static JsonData Run(string text, bool bold = false, bool subtle = false, string? size = null, string? color = null, bool mono = false) => Fields("TextRun",
        ("text", JsonData.Of(text)), ("weight", Word(bold ? "Bolder" : null)), ("isSubtle", subtle ? JsonData.True : null), ("size", Word(size)), ("color", Word(color)),
        ("fontType", Word(mono ? "Monospace" : null)));

    /// <summary>A name in bold, and what it is.</summary>
    public static JsonData Fact(string name, string value, string? spacing = "Small") => Runs(spacing, Run(name + ": ", bold: true), Run(value));

    /// <param name="style">default, emphasis, good, attention, warning, accent. The words inside must say it, too.</param>
    public static JsonData Box(string style, params IEnumerable<JsonData> items) =>
        Fields("Container", ("style", JsonData.Of(style)), ("items", JsonData.Array(items)));

    public static JsonData Actions(params IEnumerable<JsonData> actions) => Fields("ActionSet", ("actions", JsonData.Array(actions)));

    public static JsonData Open(string title, Uri url) => Fields("Action.OpenUrl", ("title", JsonData.Of(title)), ("url", JsonData.Of(url.AbsoluteUri)));

    /// <summary>A button; clients that do not know it send the same as a message.</summary>
    /// <param name="style">positive or destructive; null for neither.</param>
    public static JsonData Press(string title, CardSubject subject, string? style = null) => Fields("Action.Execute",
        ("title", JsonData.Of(title)), ("verb", JsonData.Of(subject.Verb!)), ("style", Word(style)), ("data", subject.Data(withVerb: false)),
        ("fallback", Fields("Action.Submit", ("title", JsonData.Of(title)), ("style", Word(style)), ("data", subject.Data(withVerb: true)))));

    /// <summary>Fetches the viewer's own card. Nothing else comes of it.</summary>
    public static JsonData Refresh(CardSubject subject, CardContext context) => Fields("Refresh",
        ("action", Fields("Action.Execute", ("title", JsonData.Of("Refresh")), ("verb", JsonData.Of(CardVerbs.Refresh)), ("data", subject.Data(withVerb: false)))),
        ("userIds", context.RefreshFor.IsEmpty ? null : JsonData.Array(context.RefreshFor.Take(CardLimits.RefreshedPeopleMax).Select(JsonData.Of))));

    public static JsonData Input(string id, string label, string placeholder, string? requiredBecause) => Fields("Input.Text",
        ("id", JsonData.Of(id)), ("label", JsonData.Of(label)), ("placeholder", JsonData.Of(placeholder)), ("isMultiline", JsonData.True),
        ("maxLength", JsonData.Of(CardLimits.CommentMaxCharacters)), ("isRequired", requiredBecause is null ? null : JsonData.True), ("errorMessage", Word(requiredBecause)));

    /// <summary>What stands above everything on a drill's cards.</summary>
    public static IEnumerable<JsonData> Banner(Run run)
    {
        if (run.Mode == RunMode.Drill)
            yield return Box("accent", Ours("⚠ DRILL: an exercise. Nothing that is live is touched, and no decision here counts for anything live.", bold: true));
    }

    /// <summary>A step as its author calls it, with its path.</summary>
    public static string Name(Run run, string path) => run.StepOf(path)?.Title is { } title ? $"{title} ({path})" : path;

    public static JsonData Heading(Run run, CardRoom room, string title) =>
        Runs(null, Run(room.Text(title, CardLimits.TitleMaxCharacters), bold: true, size: "Large"));

    /// <summary>Playbook, version, run and place, small.</summary>
    public static JsonData Origin(Run run, CardRoom room) => Runs("None",
        Run(room.Text($"{run.Playbook?.Name ?? run.Started?.Playbook.Name} {run.Playbook?.Version} in {run.Summary().Environment}, run {run.Id}", CardLimits.NameMaxCharacters), subtle: true, size: "Small"));

    public static IEnumerable<JsonData> Cut(CardRoom room)
    {
        if (room.WasCut)
            yield return Ours("✂ This card is shortened. The run's page and its journal have all of it.", subtle: true);
    }

    public static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    public static string Clock(DateTimeOffset at) => at.UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>The instant on the clock of whoever looks; the client fills it in.</summary>
    public static string YourClock(DateTimeOffset at)
    {
        var instant = at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return $"On your clock: {{{{DATE({instant},SHORT)}}}}, {{{{TIME({instant})}}}}.";
    }

    /// <summary>Without parts of a second, which nobody decides by.</summary>
    public static string Length(TimeSpan time) => PlainWords.Of(TimeSpan.FromSeconds(Math.Floor(time.TotalSeconds)));

    private static JsonData? Word(string? word) => word is null ? null : JsonData.Of(word);

    private static JsonData Fields(string type, params IEnumerable<(string Name, JsonData? Value)> fields) =>
        JsonData.Object(fields.Where(field => field.Value is not null).Select(field => KeyValuePair.Create(field.Name, field.Value!)).Prepend(new("type", JsonData.Of(type))));
}
