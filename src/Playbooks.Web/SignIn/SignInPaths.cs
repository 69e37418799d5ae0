namespace Playbooks.Web.SignIn;

/// <summary>Where people sign in and out. Pages send whoever is unknown to <see cref="For"/>.</summary>
public static class SignInPaths
{
    public const string SignIn = "/sign-in";
    public const string SignOut = "/sign-out";
    /// <summary>Where Entra sends browsers back to; stands in the application's registration.</summary>
    public const string Callback = "/sign-in/callback";

    /// <summary>Field of a form, or of the query, that names where to go afterwards.</summary>
    public const string To = "returnTo";

    /// <summary>Signs in and comes back to a path of this host.</summary>
    public static string For(string path) => $"{SignIn}?{To}={Uri.EscapeDataString(Local(path))}";

    /// <summary>A path of this host; whatever could lead elsewhere becomes its first page.</summary>
    public static string Local(string? path) =>
        path is ['/', ..] and not (['/', '/' or '\\', ..]) && path.All(character => character is > ' ' and < '\x7f' and not '\\') ? path : "/";
}
