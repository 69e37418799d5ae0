using System.Text.Json;
using System.Text.RegularExpressions;
using Playbooks.Core.Definitions.Reading;

namespace Playbooks.Core.Definitions.Environments;

/// <summary>Finds secrets that stand in the file, wherever: it is kept with every run and shown to people.</summary>
internal static partial class SecretScan
{
    private static readonly string[] Signs =
        ["AccountKey=", "SharedAccessSignature=", "SharedAccessKey=", "?sig=", "&sig=", "-----BEGIN", "password=", "pwd=", "client_secret", "Bearer "];

    public static void Run(Node node)
    {
        if (node.Kind == JsonValueKind.String && HasSign(node.Text!))
            Refuse(node);
        foreach (var element in node.Elements())
            Run(element);
        foreach (var (_, value) in node.Properties())
            Run(value);
    }

    /// <summary>The message never repeats the value.</summary>
    public static void Refuse(Node node) =>
        node.Error(ErrorCodes.LiteralSecret, "A secret stands here.", "Keep it elsewhere and write \"env:NAME\" or \"file:PATH\"; then change the secret, since it has been in a file.");

    /// <summary>Whether no message may repeat the text: it looks like a secret, or like an address with a password.</summary>
    public static bool MayHoldSecret(string text) => HasSign(text) || Password().IsMatch(text);

    private static bool HasSign(string text) => Signs.Any(sign => text.Contains(sign, StringComparison.OrdinalIgnoreCase));

    [GeneratedRegex("://[^/?#\\s]*@")]
    private static partial Regex Password();
}
