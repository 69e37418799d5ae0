using Playbooks.Core.Json;

namespace Playbooks.Cli.Verbs;

/// <summary>Inputs from the command line.</summary>
internal static class InputValues
{
    private const int TextMaxBytes = 8 * 1024;

    /// <exception cref="CliException">An input is not name=value.</exception>
    public static JsonData Read(IEnumerable<string>? inputs) => JsonData.Object((inputs ?? []).Select(input =>
    {
        var equals = input.IndexOf('=', StringComparison.Ordinal);
        if (equals < 1)
            throw new CliException(ExitCodes.WrongInput, $"'{input}' is no input. Write name=value, for example model=grading.");
        var value = input[(equals + 1)..];
        var parsed = StrictJson.Read(value, new StrictJsonLimits(TextMaxBytes)) as StrictJsonResult.Accepted;
        return new KeyValuePair<string, JsonData>(input[..equals], parsed?.Value ?? JsonData.Of(value));
    }));
}
