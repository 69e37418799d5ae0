using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Playbooks.Connectors.Storage;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Connectors.Http;

/// <summary>
/// The <c>headers</c> input. A value <c>env:NAME</c> or <c>file:PATH</c> is the secret of that name; no message and no output shows it. Only secrets
/// meant for requests can be named, as the value may come from an alert: others would leave by any allowed origin.
/// </summary>
internal sealed record HeaderInput(ImmutableArray<KeyValuePair<string, string>> Values, ImmutableArray<string> SecretValues)
{
    public const int MaxHeaders = 32;
    public const int ValueMaxChars = 8 * 1024;
    /// <summary>Variables must begin with it.</summary>
    public const string SecretVariablePrefix = "HTTP_";
    /// <summary>Files must lie in this folder.</summary>
    public const string SecretFolder = "http-secrets/";
    private const string Shown = "[secret]";
    private const int PartMinChars = 6;

    private static readonly SearchValues<char> NameChars =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    /// <summary>What decides how the request is framed, where it goes or whether it is the same one: ours.</summary>
    private static readonly ImmutableHashSet<string> Ours = ImmutableHashSet.Create(StringComparer.OrdinalIgnoreCase,
        "Host", "Connection", "Content-Length", "Content-Type", "Transfer-Encoding", "TE", "Trailer", "Upgrade", "Expect", "Keep-Alive", "Idempotency-Key",
        "Proxy-Authorization", "Proxy-Connection");

    /// <exception cref="ActionFailedException">Invalid: a name or value that no header takes, or a secret that is not there.</exception>
    public static HeaderInput Read(JsonData? input, Secrets secrets)
    {
        var written = input?.Properties ?? [];
        if (written.Length > MaxHeaders)
            throw Wrong($"has more than {MaxHeaders} entries");
        var values = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
        var resolved = ImmutableArray.CreateBuilder<string>();
        foreach (var (name, value) in written)
        {
            if (name.Length is 0 or > 128 || name.AsSpan().ContainsAnyExcept(NameChars))
                throw Wrong("has a name that is none of a header");
            if (Ours.Contains(name))
                throw Wrong($"must not set {name}");
            var text = value.AsString() ?? throw Wrong($"has a value for {name} that is no text");
            if (IsReference(text))
            {
                text = secrets.Resolve(new SecretReference(ForRequests(name, text)));
                resolved.AddRange(Shapes(text));
            }
            if (text.Length > ValueMaxChars || text.Any(character => character is < ' ' or >= '\x7f'))
                throw Wrong($"has a value for {name} that is longer than {ValueMaxChars} characters or holds others than printable ASCII");
            values.Add(KeyValuePair.Create(name, text));
        }
        return new HeaderInput(values.ToImmutable(), [.. resolved.Distinct(StringComparer.Ordinal).OrderByDescending(secret => secret.Length)]);
    }

    public void AddTo(HttpRequestMessage request)
    {
        foreach (var (name, value) in Values)
            if (!request.Headers.TryAddWithoutValidation(name, value))
                throw Wrong($"must not set {name}: it belongs to the body");
    }

    /// <summary>An answer that echoes a secret goes into the journal without it.</summary>
    public JsonData Hide(JsonData answer) => SecretValues.Length == 0 ? answer : answer.Kind switch
    {
        JsonValueKind.String => JsonData.Of(Hide(answer.AsString()!)),
        JsonValueKind.Array => JsonData.Array(answer.Elements.Select(Hide)),
        JsonValueKind.Object => JsonData.Object(answer.Properties.Select(property => KeyValuePair.Create(Hide(property.Key), Hide(property.Value)))),
        // A secret of digits alone could come back as a number.
        _ => SecretValues.Contains(answer.Text) ? JsonData.Of(Shown) : answer,
    };

    private string Hide(string text) => SecretValues.Aggregate(text, (hidden, secret) => hidden.Replace(secret, Shown, StringComparison.Ordinal));

    /// <summary>
    /// What an answer may quote of a secret: the whole, what follows its scheme, of <c>Basic</c> the name and password that it stands for, and each as an
    /// address escapes it. A part that is very short would be found where it is none.
    /// </summary>
    private static IEnumerable<string> Shapes(string secret)
    {
        var parts = new List<string> { secret };
        if (secret.Split(' ', 2, StringSplitOptions.TrimEntries) is [var scheme, { Length: >= PartMinChars } credentials])
        {
            parts.Add(credentials);
            var decoded = new byte[credentials.Length];
            if (scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) && Convert.TryFromBase64String(credentials, decoded, out var length))
            {
                var pair = Encoding.UTF8.GetString(decoded, 0, length);
                parts.AddRange(new[] { pair, pair[(pair.IndexOf(':', StringComparison.Ordinal) + 1)..] }.Where(part => part.Length >= PartMinChars));
            }
        }
        return parts.SelectMany(part => new[] { part, Uri.EscapeDataString(part) });
    }

    private static bool IsReference(string text) => text.StartsWith("env:", StringComparison.Ordinal) || text.StartsWith("file:", StringComparison.Ordinal);

    private static string ForRequests(string name, string reference)
    {
        var isMeant = reference.StartsWith("env:" + SecretVariablePrefix, StringComparison.Ordinal)
            || (reference.StartsWith("file:" + SecretFolder, StringComparison.Ordinal) && !reference.Contains("..", StringComparison.Ordinal));
        return isMeant ? reference : throw new ActionFailedException(ErrorKind.Denied,
            $"The header {name} refers to a secret that is not meant for requests: those are env:{SecretVariablePrefix}NAME and file:{SecretFolder}NAME.");
    }

    private static ActionFailedException Wrong(string how) => new(ErrorKind.Invalid, $"headers {how}.");
}
