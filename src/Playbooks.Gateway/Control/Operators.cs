using Playbooks.Gateway.Configuration;

namespace Playbooks.Gateway.Control;

/// <summary>Who may give orders: the holders of a local key and, where configured, of a role in Entra. Nobody else.</summary>
public sealed class Operators(ControlKeys keys, EntraRole? entra)
{
    private const string Scheme = "Bearer ";
    private const int TokenLimitCharacters = 16 * 1024;

    /// <summary>The operators that the configuration names, or everything that is wrong with their key files.</summary>
    public static (Operators? Operators, IReadOnlyList<string> Errors) Read(ControlOptions options)
    {
        var (keys, errors) = ControlKeys.Read(options.Keys);
        return keys is null ? (null, errors) : (new Operators(keys, options.Entra is null ? null : new EntraRole(options.Entra)), []);
    }

    /// <summary>The proven name behind an Authorization header (<c>key:NAME</c> or <c>entra:OID</c>), or null.</summary>
    public async Task<string?> WhoAsync(string? authorization)
    {
        if (authorization is null || !authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return null;
        var token = authorization[Scheme.Length..].Trim();
        if (token.Length is 0 or > TokenLimitCharacters) return null;
        if (keys.NameOf(token) is { } name) return $"key:{name}";
        return entra is not null && await entra.HolderAsync(token) is { } holder ? $"entra:{holder}" : null;
    }
}
