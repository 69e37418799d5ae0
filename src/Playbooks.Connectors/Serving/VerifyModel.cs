using System.Globalization;
using System.Net;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Connectors.Serving;

/// <summary>
/// <c>model.verify</c>: sends the golden requests, compares every answer, and does so again until the hold has passed. One wrong answer, a
/// fallback's answer in the model's place, or another digest than expected ends it.
/// </summary>
public sealed class VerifyModel(ActionHost host) : IAction, IProbe
{
    private const int DifferencesShown = 3;

    /// <summary>With one more answer's 10 s it stays below the minute that a call may take.</summary>
    private static readonly TimeSpan SuiteWithin = TimeSpan.FromSeconds(40);

    public string Name => "model.verify";

    public async Task<Outcome> ExecuteAsync(ActionCall call, CancellationToken cancellationToken)
    {
        var requested = Hold(call);
        var hold = call.Environment.Drill?.HoldAtMost is { } most && most < requested ? most : requested;
        var before = HoldToken.Read(call.Command.Token);
        if (call.Command.Stopping && before is not null)
            return new Outcome.Failed(ErrorKind.Transient, "The run is stopping; the hold was given up.");
        var suite = await GoldenSuite.ReadAsync(SuiteFile(call), cancellationToken);
        int passed;
        string digest;
        try
        {
            digest = await ModelHttp.DigestAsync(call.Service(), host.Time, cancellationToken);
            if (WrongDigest(call, digest, before) is { } wrong)
                return wrong;
            passed = await SendAllAsync(call, suite, cancellationToken);
        }
        catch (TimeoutException slow)
        {
            return new Outcome.Failed(ErrorKind.Transient, slow.Message);
        }
        var now = host.Time.GetUtcNow();
        var held = new HoldToken(before?.Since ?? now, (before?.Passed ?? 0) + passed, digest);
        return now - held.Since >= hold ? Done(held, now, requested) : NotYet(call, held, now, hold);
    }

    private static Outcome.Succeeded Done(HoldToken held, DateTimeOffset now, TimeSpan requested) => new(JsonData.Object(
        ("digest", JsonData.Of(held.Digest)), ("passed", JsonData.Of(held.Passed)),
        ("heldSeconds", Seconds(now - held.Since)), ("requestedHoldSeconds", Seconds(requested))));

    private static Outcome.Pending NotYet(ActionCall call, HoldToken held, DateTimeOffset now, TimeSpan hold)
    {
        var over = held.Since + hold;
        var next = Polling.AskAgainAt(call, now);
        // The last look is at the hold's end and not a whole interval after it.
        return new Outcome.Pending(held.ToString(), over < next ? over : next,
            string.Create(CultureInfo.InvariantCulture, $"right for {(now - held.Since).TotalSeconds:0} of {hold.TotalSeconds:0} s"));
    }

    private static Outcome.Failed? WrongDigest(ActionCall call, string digest, HoldToken? before) =>
        call.Inputs["expect"]?.AsString() is { } expected && expected != digest
            ? new(ErrorKind.Integrity, $"The service reports the digest {digest}; {expected} is expected.")
            : before is not null && before.Digest != digest
                ? new(ErrorKind.Integrity, $"The service reports the digest {digest}; when the hold began it was {before.Digest}.")
                : null;

    /// <returns>The requests that the model answered rightly.</returns>
    private async Task<int> SendAllAsync(ActionCall call, GoldenSuite suite, CancellationToken cancellationToken)
    {
        var road = await RoadAsync(call, cancellationToken);
        var wrong = new List<string>();
        var byOthers = 0;
        var began = host.Time.GetUtcNow();
        for (var index = 0; index < suite.Requests.Length; index++)
        {
            var golden = suite.Requests[index];
            if (host.Time.GetUtcNow() - began > SuiteWithin)
                throw new TimeoutException($"Only {index} of {suite.Requests.Length} requests were answered within {SuiteWithin.TotalSeconds} s.");
            var answer = await ModelHttp.SendAsync(HttpMethod.Post, road.Root.Below(golden.Path), golden.Body,
                $"{call.RunId}/{call.Command.Id}/{index}", host.Time, cancellationToken);
            if (road.ThroughGateway && answer.Rung != GatewayState.ModelRung)
            {
                if (road.MayFallBack)
                    byOthers++;
                else
                    wrong.Add($"{golden.Name}: {answer.Rung ?? "nobody known"} answered instead of the model");
            }
            else if ((int)answer.Status >= 500)
                throw new ActionFailedException(ErrorKind.Transient, $"{golden.Name}: answered {(int)answer.Status}.");
            else if (answer.Status != HttpStatusCode.OK)
                wrong.Add($"{golden.Name}: answered {(int)answer.Status}");
            else if (golden.Difference(answer.Body) is { } difference)
                wrong.Add($"{golden.Name}: {difference}");
        }
        if (wrong.Count > 0)
            throw new ActionFailedException(ErrorKind.Integrity, $"{wrong.Count} of {suite.Requests.Length} answers are out of tolerance: "
                + string.Join("; ", wrong.Take(DifferencesShown)) + (wrong.Count > DifferencesShown ? "; …" : "."));
        return suite.Requests.Length - byOthers;
    }

    private async Task<Road> RoadAsync(ActionCall call, CancellationToken cancellationToken)
    {
        if (call.Inputs["through"]?.AsString() != "gateway")
            return new Road(call.Service(), false, false);
        var data = call.Gateway().Data ?? throw new ActionFailedException(ErrorKind.Invalid,
            $"The environment {call.Environment.Name} does not say where the gateway {call.Model().Gateway} is reached (data).");
        var state = await new GatewayBlobs(host.Storage, call).ReadAsync(cancellationToken);
        if (state is { Mode: not GatewayState.ModelRung })
            throw new ActionFailedException(ErrorKind.Integrity, $"The gateway serves {state.Mode} instead of {call.ModelName()}, by {state.ChangedBy}.");
        // While the model has a share only, others rightly answer the rest.
        return new Road(data.Below(call.ModelName()), true, state is { Percent: < 100 });
    }

    private string SuiteFile(ActionCall call)
    {
        var name = call.Inputs["suite"]?.AsString() ?? call.Model().DefaultSuite;
        return call.Model().Suites.TryGetValue(name, out var file) ? Path.Combine(host.SuiteFolder, file)
            : throw new ActionFailedException(ErrorKind.Invalid, $"The environment {call.Environment.Name} has no suite {name} for {call.ModelName()}.");
    }

    private static TimeSpan Hold(ActionCall call) => call.Inputs["hold"]?.AsString() is not { } text ? TimeSpan.Zero
        : IsoDuration.Parse(text) ?? throw new ActionFailedException(ErrorKind.Invalid, $"hold of model.verify must be a duration such as PT1M; it is {text}.");

    private static JsonData Seconds(TimeSpan time) => JsonData.Of(Math.Round((decimal)time.Ticks / TimeSpan.TicksPerSecond, 3));

    /// <param name="MayFallBack">Answers of lower rungs are no fault; they say nothing of the model and are not counted.</param>
    private sealed record Road(Uri Root, bool ThroughGateway, bool MayFallBack);

    public async Task<Probed> ProbeAsync(ActionCall call, CancellationToken cancellationToken)
    {
        var suite = await GoldenSuite.ReadAsync(SuiteFile(call), cancellationToken);
        return new Probed($"the service has loaded {await ModelHttp.DigestAsync(call.Service(), host.Time, cancellationToken)}; the suite has {suite.Requests.Length} requests", "unchanged");
    }
}
