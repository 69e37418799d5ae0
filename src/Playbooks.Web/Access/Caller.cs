namespace Playbooks.Web.Access;

/// <summary>Who calls, as the way they came in has proven it. What they may do is asked of the directory each time they want to decide something.</summary>
/// <param name="Person">Id as environments name it: <c>entra:OBJECT-ID</c>, <c>dev:NAME</c>, <c>local:USER</c>; <c>app:CLIENT-ID</c> for an application.</param>
/// <param name="Name">For people to read; not an id.</param>
/// <param name="Via">How they speak: terminal, api, page, teams. Stands in the evidence.</param>
public sealed record Caller(string Person, string Name, string Via, CallerKind Kind = CallerKind.Person);

public enum CallerKind
{
    /// <summary>A person who has signed in, or whom a channel vouches for.</summary>
    Person,
    /// <summary>
    /// Whoever can read the key of this host: the user at the machine who could as well write its journal, so no door is shut to them. The decider judges
    /// them as everybody else.
    /// </summary>
    KeyHolder,
    /// <summary>A program with a token of its own. It reads, and decides nothing.</summary>
    Application,
}

/// <summary>Whether a request says who calls.</summary>
public abstract record CallerCheck
{
    private CallerCheck() { }

    public sealed record Known(Caller Caller) : CallerCheck;

    /// <summary>Nobody knows who it is.</summary>
    public sealed record Unknown(string Reason) : CallerCheck;

    /// <summary>It is known, and may not speak here.</summary>
    public sealed record Forbidden(string Reason) : CallerCheck;

    /// <summary>Trouble of ours: nobody can be believed for now.</summary>
    public sealed record Unavailable(string Reason) : CallerCheck;
}
