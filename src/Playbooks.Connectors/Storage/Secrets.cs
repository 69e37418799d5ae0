using Playbooks.Core.Definitions;

namespace Playbooks.Connectors.Storage;

/// <summary>Turns <c>env:NAME</c> and <c>file:PATH</c> into the secret. Its value goes to the client that needs it and nowhere else.</summary>
/// <param name="baseDirectory">What relative paths are relative to; the current directory if null.</param>
public sealed class Secrets(string? baseDirectory = null)
{
    public const int MaxBytes = 64 * 1024;

    private const string Variable = "env:";
    private const string File = "file:";

    /// <exception cref="ActionFailedException">The reference has another form, or nothing is there. The message names the reference only.</exception>
    public string Resolve(SecretReference reference)
    {
        if (reference.Value.StartsWith(Variable, StringComparison.Ordinal))
            return Environment.GetEnvironmentVariable(reference.Value[Variable.Length..]) is { Length: > 0 } value
                ? value : throw Missing(reference, "the variable is not set");
        if (reference.Value.StartsWith(File, StringComparison.Ordinal))
            return ReadFile(reference);
        throw Missing(reference, "a secret reference is env:NAME or file:PATH");
    }

    private string ReadFile(SecretReference reference)
    {
        var path = Path.Combine(baseDirectory ?? Directory.GetCurrentDirectory(), reference.Value[File.Length..]);
        try
        {
            if (new FileInfo(path).Length > MaxBytes)
                throw Missing(reference, $"the file is larger than {MaxBytes} bytes");
            return System.IO.File.ReadAllText(path).TrimEnd('\r', '\n');
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Missing(reference, "the file cannot be read");
        }
    }

    private static ActionFailedException Missing(SecretReference reference, string why) =>
        new(ErrorKind.Invalid, $"The secret {reference.Value} cannot be had: {why}.");
}
