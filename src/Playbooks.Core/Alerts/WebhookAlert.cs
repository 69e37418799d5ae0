using System.Globalization;
using System.Text.Json;
using Playbooks.Core.Json;

namespace Playbooks.Core.Alerts;

/// <summary>
/// Our own format, for monitors that are not Azure's, in the payload shape of Standard Webhooks:
/// <c>{ "type": "alert.fired" | "alert.resolved", "timestamp": instant, "data": { "id", "rule", "severity"?, "service"?, "firedAt"?, "resolvedAt"?,
/// "targets"?, "description"?, "link"?, "customProperties"? } }</c>. Without <c>firedAt</c> a fired alert fired, and without <c>resolvedAt</c> a resolved
/// one was resolved, at <c>timestamp</c>. Strict, because its author can mend it: all errors at once, unknown fields among them.
/// </summary>
internal sealed class WebhookAlert
{
    public const string Fired = "alert.fired";
    public const string Resolved = "alert.resolved";

    private const string InstantRemedy = "Write an instant such as \"2026-01-12T03:00:00Z\".";
    private static readonly string[] Severities = ["Sev0", "Sev1", "Sev2", "Sev3", "Sev4"];
    private static readonly string[] Envelope = ["type", "timestamp", "data"];
    private static readonly string[] Members =
        ["id", "rule", "severity", "service", "firedAt", "resolvedAt", "targets", "description", "link", "customProperties"];

    private readonly JsonData data;
    private readonly JsonPath path = JsonPath.Root.Property("data");
    private readonly AlertErrors errors;

    private WebhookAlert(JsonData data, AlertErrors errors) => (this.data, this.errors) = (data, errors);

    public static AlertReading Read(JsonData root, AlertErrors errors)
    {
        RefuseOthers(root, JsonPath.Root, Envelope, errors);
        var type = root["type"]!.AsString();
        if (type is not (Fired or Resolved))
            errors.Add(JsonPath.Root.Property("type"), "There is no such type of alert.", $"Write \"{Fired}\" or \"{Resolved}\".");
        var sent = AlertInstant.Read(root["timestamp"]?.AsString());
        if (sent is null)
            errors.Add(JsonPath.Root.Property("timestamp"), "timestamp must say when this was sent.", InstantRemedy);
        var data = root["data"] ?? JsonData.Null;
        if (data.Kind != JsonValueKind.Object)
        {
            errors.Add(JsonPath.Root.Property("data"), "data must be an object with the alert.", "Give at least id and rule.");
            return errors.Refused();
        }
        var alert = new WebhookAlert(data, errors).ReadData(type == Resolved, sent);
        return errors.None ? new AlertReading.Accepted(alert) : errors.Refused();
    }

    private Alert ReadData(bool resolved, DateTimeOffset? sent)
    {
        RefuseOthers(data, path, Members, errors);
        var id = Name("id", "the same for fired and resolved, another for the next incident");
        var rule = Name("rule", "the name that triggers match");
        var severity = Text("severity", AlertLimits.WebhookNameMaxCharacters);
        if (severity is not null && !Severities.Contains(severity))
            Wrong("severity", "There is no such severity.", $"Write one of {string.Join(", ", Severities)}, from worst to least, or leave it out.");
        var (firedAt, resolvedAt) = (Instant("firedAt"), Instant("resolvedAt"));
        if (resolved && firedAt is null && data["firedAt"] is null or { IsNull: true })
            Wrong("firedAt", "A resolved alert must say when it fired.", "Send the same firedAt as in alert.fired.");
        if (!resolved && resolvedAt is not null)
            Wrong("resolvedAt", "A fired alert is not resolved yet.", $"Leave resolvedAt out, or send the type \"{Resolved}\".");
        var fired = firedAt ?? sent ?? default;
        if (resolved && resolvedAt < firedAt)
            Wrong("resolvedAt", "resolvedAt lies before firedAt.", "Correct one of the two.");
        return new Alert(id, rule, severity, Text("service", AlertLimits.WebhookNameMaxCharacters), fired,
            resolved ? new AlertCondition.Resolved(resolvedAt ?? sent) : new AlertCondition.Fired(), Targets(), Text("description", AlertLimits.WebhookTextMaxCharacters), CustomProperties())
        {
            Link = Link(),
        };
    }

    private string Name(string name, string what)
    {
        var problems = (data[name]?.AsString() ?? "").Trim().Length == 0;
        if (problems)
            Wrong(name, $"{name} must be a text that is not empty.", $"Give {what}.");
        return problems ? "" : Text(name, AlertLimits.WebhookNameMaxCharacters) ?? "";
    }

    /// <summary>Null where it is left out or null.</summary>
    private string? Text(string name, int maxCharacters)
    {
        if (data[name] is null or { IsNull: true })
            return null;
        var text = data[name]!.AsString();
        if (text is null)
            Wrong(name, $"{name} must be a text.", "Write it in quotes, or leave it out.");
        else if (text.Length > maxCharacters)
            Wrong(name, string.Create(CultureInfo.InvariantCulture, $"{name} has {text.Length} characters; at most {maxCharacters} are taken."), "Shorten it, and put the rest behind link.");
        return text;
    }

    private DateTimeOffset? Instant(string name)
    {
        if (data[name] is null or { IsNull: true })
            return null;
        var at = AlertInstant.Read(data[name]!.AsString());
        if (at is null)
            Wrong(name, $"{name} is no instant.", InstantRemedy);
        return at;
    }

    private string? Link()
    {
        var text = Text("link", AlertLimits.LinkMaxCharacters);
        if (text is { Length: <= AlertLimits.LinkMaxCharacters } && AlertText.Link(text) is null)
            Wrong("link", "link must be an address that begins with https:// and has no spaces.", "Encode what is not plain ASCII, or leave it out.");
        return AlertText.Link(text);
    }

    private List<string> Targets()
    {
        var targets = new List<string>();
        if (data["targets"] is null or { IsNull: true })
            return targets;
        if (data["targets"]!.Kind != JsonValueKind.Array || data["targets"]!.Elements.Length > AlertLimits.WebhookTargetsMax)
        {
            Wrong("targets", string.Create(CultureInfo.InvariantCulture, $"targets must be an array of at most {AlertLimits.WebhookTargetsMax} texts."), "Name what the alert is about, or leave it out.");
            return targets;
        }
        foreach (var (index, target) in data["targets"]!.Elements.Index())
        {
            if (target.AsString() is { Length: > 0 and <= AlertLimits.WebhookTextMaxCharacters } text)
                targets.Add(text);
            else
                errors.Add(path.Property("targets").Index(index), string.Create(CultureInfo.InvariantCulture, $"A target must be a text of 1 to {AlertLimits.WebhookTextMaxCharacters} characters."), "Correct or remove it.");
        }
        return targets;
    }

    private JsonData CustomProperties()
    {
        if (data["customProperties"] is null or { IsNull: true })
            return JsonData.EmptyObject;
        if (data["customProperties"]!.Kind != JsonValueKind.Object)
            Wrong("customProperties", "customProperties must be an object.", "Write for example { \"model\": \"grading\" }.");
        return data["customProperties"]!;
    }

    private void Wrong(string name, string message, string remedy) => errors.Add(path.Property(name), message, remedy);

    private static void RefuseOthers(JsonData given, JsonPath path, string[] known, AlertErrors errors)
    {
        foreach (var (name, _) in given.Properties)
        {
            if (!known.Contains(name))
                errors.Add(path.Property(name), "There is no such field here.", $"Known are {string.Join(", ", known)}. What is your own belongs into data.customProperties.");
        }
    }
}
