using System.Globalization;
using System.Text;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.SampleService.Predicting;

namespace Playbooks.SampleService.Serving;

/// <summary>The service's HTTP surface; README.md lists it.</summary>
internal sealed class Endpoints(string model, ServedModel served, Faults? faults, Action<int>? adopt)
{
    public const int RequestMaxBytes = 64 * 1024;

    public void Map(WebApplication app)
    {
        app.Use(ObeyFaultsAsync);
        app.MapPost("/predict", (Delegate)PredictAsync);
        app.MapPost("/reload", (Delegate)ReloadAsync);
        app.MapGet("/version", () => Version(served.Current, served.Problem));
        app.MapGet("/health", () => Json(200, ("status", JsonData.Of(served.Current is null ? "empty" : "serving")),
            ("problem", served.Problem is { } problem ? JsonData.Of(problem) : JsonData.Null)));
        if (faults is not null)
            app.MapPost("/faults", (Delegate)PutFaultAsync);
        if (adopt is not null)
            app.MapPut("/parent", (Delegate)AdoptAsync);
    }

    /// <summary>A fault leaves only the paths that order faults and keep the process from being an orphan.</summary>
    private async Task ObeyFaultsAsync(HttpContext http, RequestDelegate next)
    {
        var fault = http.Request.Path == "/faults" || http.Request.Path == "/parent" ? null : faults?.Current;
        if (fault == Fault.Down)
        {
            http.Abort();
            return;
        }
        if (fault is not null && http.Request.Path == "/predict")
        {
            if (fault == Fault.Error)
            {
                await Error(500, "The model failed (a drill's fault).").ExecuteAsync(http);
                return;
            }
            await faults!.SlowDownAsync(http.RequestAborted);
        }
        await next(http);
    }

    private async Task<IResult> PredictAsync(HttpContext http)
    {
        if (served.Current is not { } loaded)
            return Error(503, served.Problem ?? "No version is loaded yet.");
        if (await ReadAsync(http) is not { } request)
            return Error(400, $"Send JSON of at most {RequestMaxBytes} bytes.");
        try
        {
            return Json(200, [.. loaded.Predictor.Predict(request).Properties.Select(property => (property.Key, property.Value)), ("version", JsonData.Of(loaded.Version))]);
        }
        catch (BadRequestException wrong)
        {
            return Error(400, wrong.Message);
        }
    }

    private async Task<IResult> ReloadAsync(HttpContext http)
    {
        var outcome = await served.ReloadAsync(http.RequestAborted);
        return outcome.Kind switch
        {
            null => Version(outcome.Loaded, null),
            ErrorKind.NotFound => Error(404, outcome.Problem!),
            ErrorKind.Conflict => Error(409, outcome.Problem!),
            ErrorKind.Integrity or ErrorKind.Invalid => Error(422, outcome.Problem!),
            _ => Error(503, outcome.Problem!),
        };
    }

    private async Task<IResult> PutFaultAsync(HttpContext http)
    {
        var order = await ReadAsync(http);
        if (Faults.Parse(order?["fault"]?.AsString()) is not { } fault)
            return Error(400, "fault must be error, slow or down.");
        if (Faults.ParseTimeToLive(order!["ttl"]?.AsString()) is not { } timeToLive)
            return Error(400, $"ttl must be a duration of at most {IsoDuration.Format(Faults.TimeToLiveMax)}, for example PT15S.");
        var until = faults!.Put(fault, timeToLive, order["key"]?.AsString());
        return Json(200, ("fault", order["fault"]!), ("until", JsonData.Of(until.ToString("O", CultureInfo.InvariantCulture))));
    }

    private async Task<IResult> AdoptAsync(HttpContext http)
    {
        if ((await ReadAsync(http))?["pid"]?.AsInt64() is not ({ } pid and > 0 and <= int.MaxValue))
            return Error(400, "pid must be a process id.");
        adopt!((int)pid);
        return Json(200, ("pid", JsonData.Of(pid)));
    }

    private IResult Version(LoadedModel? loaded, string? problem) => loaded is null
        ? Error(503, problem ?? "No version is loaded yet.")
        : Json(200, ("model", JsonData.Of(model)), ("version", JsonData.Of(loaded.Version)), ("digest", JsonData.Of(loaded.Digest)));

    private static async Task<JsonData?> ReadAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        try
        {
            await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        }
        catch (BadHttpRequestException)
        {
            // Larger than the limit set on the server.
            return null;
        }
        return StrictJson.Read(body.ToArray(), new StrictJsonLimits(RequestMaxBytes)) is StrictJsonResult.Accepted accepted ? accepted.Value : null;
    }

    private static IResult Error(int status, string message) => Json(status, ("error", JsonData.Of(message)));

    private static IResult Json(int status, params (string, JsonData)[] properties) =>
        Results.Text(JsonData.Object(properties).Text, "application/json", Encoding.UTF8, status);
}
