using System.Text.Json;
using Playbooks.Gateway.State;

namespace Playbooks.Gateway.Configuration;

/// <summary>Reads one model of the configuration.</summary>
internal static class ModelSection
{
    private const int AnswersLimit = 100;
    private const int AnswerLimitBytes = 64 * 1024;
    private const int QueueItemsLimit = 100_000;
    private const int QueueItems = 10_000;

    public static ModelOptions? Read(ConfigSection s)
    {
        var name = s.Text("name", pattern: "^[a-z0-9-]{1,64}$");
        var path = s.Text("path", otherwise: $"/{name}", pattern: "^(/[A-Za-z0-9._~-]+)+$");
        var never = s.Texts("neverAnswer");
        var model = s.Required("model", Upstream);
        var previous = s.Section("previous", Upstream);
        var rules = s.Section("rules", r => Rules(r, never));
        var queue = s.Section("humanQueue", Queue);
        if (never.Count > 0)
        {
            // The gateway can promise what a fallback never says only where it knows every answer beforehand.
            if (previous is not null) s.Error("previous", "an earlier version may say what neverAnswer forbids; leave this rung out");
            if (rules is RulesOptions.Service) s.Error("rules", "a service may say what neverAnswer forbids; use fixed answers");
            if (rules is null && queue is null) s.Error("neverAnswer", "needs a rung that it speaks of: rules or humanQueue");
        }
        var header = s.OptionalText("rampHeader", "^[A-Za-z0-9-]{1,64}$");
        var initial = s.Text("initial", otherwise: "model");
        if (initial is not ("model" or "off")) s.Error("initial", "must be model or off");
        var notice = s.Text("offNotice", otherwise: "This service is not available now.");
        return model is null ? null : new ModelOptions(
            name, path, model, previous, rules, queue, header, initial is "off" ? Rung.Off : Rung.Model, notice);
    }

    private static UpstreamOptions? Upstream(ConfigSection s)
    {
        var address = s.Address("address");
        var timeout = s.Seconds("timeoutSeconds", 0.01, 600, otherwise: 10);
        var breaker = s.Section("breaker", Breaker) ?? new BreakerOptions(50, 10, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(5));
        return address is null ? null : new UpstreamOptions(address, timeout, breaker);
    }

    private static BreakerOptions Breaker(ConfigSection s) => new(
        s.Number("failurePercent", 1, 100, 50), s.Number("minimumRequests", 2, 10_000, 10),
        s.Seconds("samplingSeconds", 0.5, 3600, 10), s.Seconds("breakSeconds", 0.5, 3600, 5));

    private static RulesOptions? Rules(ConfigSection s, IReadOnlyList<string> never)
    {
        if (s.Has("service") == s.Has("answers")) s.Error("answers", "give either answers or service");
        if (s.Has("service")) return s.Section("service", Upstream) is { } upstream ? new RulesOptions.Service(upstream) : null;
        return new RulesOptions.Canned(s.Sections("answers", AnswersLimit, a => Answer(a, never)));
    }

    private static AnswerOptions? Answer(ConfigSection s, IReadOnlyList<string> never)
    {
        var method = s.OptionalText("method", "^[A-Z]+$");
        var path = s.OptionalText("path", "^/.*$");
        var status = s.Number("status", 200, 499, 200);
        if (s.Any("body") is not { } body)
        {
            s.Error("body", "is missing");
            return null;
        }
        foreach (var said in Texts(body).Where(t => never.Contains(t, StringComparer.OrdinalIgnoreCase)).Distinct())
            s.Error("body", $"says \"{said}\", which neverAnswer forbids");
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, GatewayJson.Options);
        if (bytes.Length > AnswerLimitBytes) s.Error("body", $"is larger than {AnswerLimitBytes} bytes");
        return new AnswerOptions(method, path, status, bytes);
    }

    private static HumanQueueOptions Queue(ConfigSection s) => new(
        s.Text("notice", otherwise: "A person will decide this."), s.Number("itemsLimit", 1, QueueItemsLimit, QueueItems));

    /// <summary>What an answer says: its texts, and the names of its flags that are true.</summary>
    private static IEnumerable<string> Texts(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Texts),
        JsonValueKind.Object => value.EnumerateObject().SelectMany(p =>
            p.Value.ValueKind is JsonValueKind.True ? [p.Name] : Texts(p.Value)),
        _ => [],
    };
}
