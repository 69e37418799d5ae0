using System.Text.Json.Nodes;
using System.Text.Json;
using Playbooks.Hosting;

namespace Playbooks.Cli.LocalStack;

/// <summary>Configuration files of a drill's programs. They hold the emulator's key, so only their user may read them.</summary>
internal static class StackConfiguration
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static void Write(string folder, DrillStack stack)
    {
        foreach (var replica in new[] { "gateway-a", "gateway-b" })
            Write(folder, replica, Gateway(folder, stack, replica));
        Write(folder, "recommendations", Service(stack, "recommendations", "recommendation-jobs"));
        Write(folder, "fraud", Service(stack, "fraud", "fraud-checks"));
    }

    private static JsonObject Gateway(string folder, DrillStack stack, string replica) => new()
    {
        ["gateway"] = "campus",
        ["replica"] = replica,
        ["dataDirectory"] = Path.Combine(folder, replica),
        ["listen"] = new JsonObject { ["dataAddress"] = "127.0.0.1", ["dataPort"] = stack.File.Ports[replica], ["controlAddress"] = "127.0.0.1", ["controlPort"] = 0 },
        ["storage"] = new JsonObject { ["connectionString"] = stack.ConnectionString, ["container"] = "gateway" },
        ["control"] = new JsonObject { ["keys"] = new JsonArray(new JsonObject { ["name"] = "drill", ["file"] = Path.Combine(folder, "control.key") }) },
        ["models"] = new JsonArray(
            new JsonObject
            {
                ["name"] = "recommendations",
                ["model"] = Upstream(stack, "recommendations"),
                ["rules"] = Answers("""{ "items": [], "note": "bestsellers" }"""),
                ["rampHeader"] = "X-Request-Id",
            },
            new JsonObject
            {
                ["name"] = "fraud",
                ["model"] = Upstream(stack, "fraud"),
                ["rules"] = Answers("""{ "decision": "review" }"""),
                ["humanQueue"] = new JsonObject { ["notice"] = "A person will look at this payment." },
                ["neverAnswer"] = new JsonArray("approve", "approved"),
                ["rampHeader"] = "X-Request-Id",
            }),
    };

    private static JsonObject Upstream(DrillStack stack, string name) => new() { ["address"] = $"http://127.0.0.1:{stack.File.Ports[name]}", ["timeoutSeconds"] = 5 };

    private static JsonObject Answers(string body) => new()
    {
        ["answers"] = new JsonArray(new JsonObject { ["method"] = "POST", ["path"] = "/predict", ["status"] = 200, ["body"] = JsonNode.Parse(body) }),
    };

    private static JsonObject Service(DrillStack stack, string model, string queue) => new()
    {
        ["model"] = model,
        ["kind"] = model,
        ["port"] = stack.File.Ports[model],
        ["connectionString"] = stack.ConnectionString,
        ["container"] = "models",
        ["prefix"] = model,
        ["queue"] = queue,
        ["results"] = "results",
        ["drill"] = true,
    };

    private static void Write(string folder, string name, JsonObject configuration) =>
        PrivateFile.Write(Path.Combine(folder, name + ".json"), JsonSerializer.SerializeToUtf8Bytes(configuration, Indented));
}
