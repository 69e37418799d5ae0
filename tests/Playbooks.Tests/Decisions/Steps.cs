namespace Playbooks.Tests.Decisions;

/// <summary>Steps that the stories are made of.</summary>
internal static class Steps
{
    public const string Retried = """, "timeout": "PT1M", "retry": { "attempts": 3, "interval": "PT10S", "backoff": 2, "maxInterval": "PT30S", "on": ["transient", "timeout", "throttled"] }""";

    /// <summary>Reads only.</summary>
    public static string Get(string id, string more = "") => $$"""{ "id": "{{id}}", "do": "http.get", "with": { "url": "https://a.example/" }{{more}} }""";

    /// <summary>Cannot be repeated.</summary>
    public static string Post(string id, string more = "") => $$"""{ "id": "{{id}}", "do": "http.request", "with": { "url": "https://a.example/", "method": "POST" }{{more}} }""";

    /// <summary>Keyed.</summary>
    public static string Notify(string id, string more = "") => $$"""{ "id": "{{id}}", "do": "notify", "with": { "channel": "incidents", "text": "t" }{{more}} }""";

    /// <summary>Checked, and can be taken back.</summary>
    public static string Promote(string id, string more = "") =>
        $$"""{ "id": "{{id}}", "do": "artifacts.promote", "with": { "model": "grading", "version": 2 }, "undo": { "do": "artifacts.promote", "with": { "model": "grading", "version": 1 } }{{more}} }""";

    public static string Isolate(string id = "isolate", string more = "") => $$"""{ "id": "{{id}}", "do": "model.isolate", "with": { "model": "grading" }{{more}} }""";

    public static string Rejoin(string id = "rejoin", int percent = 100, string more = "") =>
        $$"""{ "id": "{{id}}", "do": "model.rejoin", "with": { "model": "grading", "percent": {{percent}} }{{more}} }""";

    public static string Recovered(string more = "") => $$"""{ "id": "recovered", "do": "model.verify", "with": { "model": "grading" }, "recovers": true{{more}} }""";

    public static string Approve(string covers, string more = "") =>
        $$"""{ "id": "go", "approve": { "role": "approver", "message": "?", "covers": ["{{covers}}"], "decideWithin": "PT30M"{{more}} } }""";

    public static string List(params string[] steps) => $"[ {string.Join(", ", steps)} ]";
}
