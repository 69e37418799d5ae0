using System.Collections.Immutable;
using System.Text.Json;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Connectors.Serving;

/// <summary>Requests with the answers that a healthy model gives.</summary>
/// <param name="Requests">Never empty.</param>
internal sealed record GoldenSuite(ImmutableArray<GoldenRequest> Requests)
{
    private const int MaxBytes = 4 * 1024 * 1024;
    private const int RequestsMax = 1000;

    /// <exception cref="ActionFailedException">There is no such file, or it is no suite.</exception>
    public static async Task<GoldenSuite> ReadAsync(string path, CancellationToken cancellationToken)
    {
        byte[] text;
        try
        {
            if (new FileInfo(path).Length > MaxBytes)
                throw Wrong(path, $"it is larger than {MaxBytes} bytes");
            text = await File.ReadAllBytesAsync(path, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Wrong(path, "it cannot be read");
        }
        return StrictJson.Read(text, new StrictJsonLimits(MaxBytes)) switch
        {
            StrictJsonResult.Accepted read => Of(path, read.Value),
            StrictJsonResult.Refused refused => throw Wrong(path, $"line {refused.Errors[0].At.Line}: {refused.Errors[0].Message}"),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static GoldenSuite Of(string path, JsonData suite)
    {
        var all = suite["requests"]?.Elements ?? [];
        if (all.Length is 0 or > RequestsMax)
            throw Wrong(path, $"it must have 1 to {RequestsMax} requests");
        var tolerance = suite["tolerance"]?.AsDecimal() ?? 0;
        return new GoldenSuite([.. all.Select((request, index) => new GoldenRequest(
            request["name"]?.AsString() ?? $"request {index + 1}",
            request["path"]?.AsString() ?? "/predict",
            request["body"] ?? throw Wrong(path, $"request {index + 1} has no body"),
            request["expect"] ?? throw Wrong(path, $"request {index + 1} expects nothing"),
            request["tolerance"]?.AsDecimal() ?? tolerance))]);
    }

    private static ActionFailedException Wrong(string path, string why) =>
        new(ErrorKind.Invalid, $"The golden suite {Path.GetFileName(path)} cannot be used: {why}.");
}

/// <param name="Expect">What the answer must hold; properties that it does not name may have any value.</param>
/// <param name="Tolerance">How far a number may be off, absolutely.</param>
internal sealed record GoldenRequest(string Name, string Path, JsonData Body, JsonData Expect, decimal Tolerance)
{
    /// <summary>Where the answer is not as expected, or null.</summary>
    public string? Difference(JsonData? answer) => answer is null ? "no JSON" : Difference("", Expect, answer);

    private string? Difference(string at, JsonData expected, JsonData actual)
    {
        if (expected.Kind == JsonValueKind.Object && actual.Kind == JsonValueKind.Object)
            return expected.Properties
                .Select(property => actual[property.Key] is { } value ? Difference(Join(at, property.Key), property.Value, value) : $"{Join(at, property.Key)} is missing")
                .FirstOrDefault(difference => difference is not null);
        if (expected.Kind == JsonValueKind.Array && actual.Kind == JsonValueKind.Array)
            return expected.Elements.Length != actual.Elements.Length
                ? $"{at} has {actual.Elements.Length} elements instead of {expected.Elements.Length}"
                : expected.Elements.Select((element, index) => Difference($"{at}[{index}]", element, actual.Elements[index])).FirstOrDefault(difference => difference is not null);
        if (expected.AsDecimal() is { } wanted && actual.AsDecimal() is { } got)
            return Math.Abs(wanted - got) <= Tolerance ? null : $"{at} is {actual.Text} instead of {expected.Text}";
        return expected == actual ? null : $"{at} is {Short(actual)} instead of {Short(expected)}";
    }

    private static string Join(string at, string name) => at.Length == 0 ? name : $"{at}.{name}";

    private static string Short(JsonData value) => value.Text.Length <= 60 ? value.Text : value.Kind.ToString();
}
