using Playbooks.Core.Definitions;

namespace Playbooks.Tests.Definitions;

/// <summary>Reads documents for tests.</summary>
internal static class Read
{
    public static Playbook Valid(string text, Func<PlaybookPin, PlaybookSource?>? resolver = null) =>
        PlaybookReader.Read(text, "playbook.json", resolver) switch
        {
            ReadResult<Playbook>.Valid valid => valid.Value,
            ReadResult<Playbook>.Invalid invalid => throw new InvalidOperationException(string.Join('\n', invalid.Errors)),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    public static IReadOnlyList<AuthorError> Errors(string text, Func<PlaybookPin, PlaybookSource?>? resolver = null) =>
        PlaybookReader.Read(text, "playbook.json", resolver) is ReadResult<Playbook>.Invalid invalid ? invalid.Errors : [];
}
