using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Playbooks.Core.Definitions;

namespace Playbooks.Core.Decisions;

/// <summary>What a start request becomes, in every shell: a run's first event, or the reasons why there is none.</summary>
public static class Starting
{
    private const int RequestDigits = 10;

    public static ImmutableArray<string> Reasons(StartRequest request, RunInputs inputs, DateTimeOffset at)
    {
        var reasons = ImmutableArray.CreateBuilder<string>();
        if (inputs is RunInputs.Refused refused)
            reasons.AddRange(refused.Reasons);
        if (request.Mode == RunMode.Drill != (request.Environment.Kind == EnvironmentKind.Drill))
            reasons.Add($"The environment '{request.Environment.Name}' is {WireName.Of(request.Environment.Kind)}; a {WireName.Of(request.Mode)} run needs one of its own kind.");
        if (request.DetectedAt is not null && request.Alert is null && string.IsNullOrWhiteSpace(request.DetectedReason))
            reasons.Add("Say why the detection was at another time than the start.");
        if (request.DetectedAt > at && request.Alert is null)
            reasons.Add("The detection lies in the future.");
        if (request.OccurredAt > (request.DetectedAt ?? at) && request.Alert is null)
            reasons.Add("The incident cannot have occurred after it was detected.");
        if (RunInputs.SizeProblem(request.Inputs, request.Alert) is { } tooLarge)
            reasons.Add(tooLarge);
        return reasons.ToImmutable();
    }

    /// <summary>Readable, sorted by time, and the same for the same request in the same second.</summary>
    public static string RunId(StartRequest request, DateTimeOffset at)
    {
        var digits = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(request.RequestId)))[..RequestDigits];
        return string.Create(CultureInfo.InvariantCulture, $"{request.Playbook.Name}-{at.UtcDateTime:yyyyMMdd-HHmmss}-{digits}");
    }

    public static RunEvent.RunStarted Event(string runId, StartRequest request, string? key, DateTimeOffset at) => new(
        runId, request.Mode, Decider.LogicVersion,
        new PinnedText(request.Playbook.Name, request.Playbook.Digest, request.Playbook.Text),
        new PinnedText(request.Environment.Name, request.Environment.Digest, request.Environment.Text),
        request.Inputs, request.Alert, request.StartedBy, request.OccurredAt, request.DetectedAt, request.DetectedReason, key, at)
    {
        Inlined = [.. request.Playbook.Inlined.Select(text => new PinnedText(text.Name, text.Digest, text.Text))],
    };

    /// <summary>A drill is detected when its alert arrives; anything else at the latest when it is asked for, whatever a monitor's clock says.</summary>
    public static DateTimeOffset? Detected(StartRequest request, DateTimeOffset at) =>
        request.Mode == RunMode.Drill && request.Playbook.Drill is not null ? null
        : request.DetectedAt is { } detected && detected < at ? detected
        : at;

    /// <summary>Never after the detection: monitors' clocks differ, and an alert is not refused for it.</summary>
    public static DateTimeOffset? Occurred(StartRequest request) =>
        request.OccurredAt > request.DetectedAt ? request.DetectedAt : request.OccurredAt;

    public static PendingStart Pending(StartRequest request) => new(request.RequestId, request.Playbook.Digest, request.Environment.Digest, request.Mode,
        request.Inputs, request.Alert, request.Alert?["id"]?.AsString(), request.StartedBy, request.OccurredAt, request.DetectedAt, request.DetectedReason);
}
