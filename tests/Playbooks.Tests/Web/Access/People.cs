using System.Collections.Immutable;
using Playbooks.Core;
using Playbooks.Core.Definitions;

namespace Playbooks.Tests.Web.Access;

/// <summary>A directory that says what a test wants it to say, and counts how often it was asked.</summary>
internal sealed class People : IDirectory
{
    private readonly Dictionary<string, PersonLookup> known = new(StringComparer.Ordinal);

    public int Asked { get; private set; }

    /// <summary>Said of everybody while it is set.</summary>
    public PersonLookup? Instead { get; set; }

    /// <summary>While it is set it answers nobody before they give up.</summary>
    public bool Hangs { get; set; }

    private readonly TaskCompletionSource hanging = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Until somebody waits for an answer that does not come.</summary>
    public Task HangingAsync() => hanging.Task.WaitAsync(TestContext.Current.CancellationToken);

    public void Are(string person, params string[] groups) => Is(person, new PersonLookup.Known(person, [.. groups], IsGuest: false, IsEnabled: true));

    public void Is(string person, PersonLookup lookup) => known[person] = lookup;

    public async Task<PersonLookup> LookUpAsync(DeploymentEnvironment environment, string person, CancellationToken cancellationToken)
    {
        Asked++;
        if (Hangs)
        {
            hanging.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        return Instead ?? known.GetValueOrDefault(person, new PersonLookup.Unknown());
    }

    public static PersonLookup.Known Guest(params string[] groups) => new("guest", ImmutableArray.Create(groups), IsGuest: true, IsEnabled: true);

    public static PersonLookup.Known SwitchedOff(params string[] groups) => new("off", ImmutableArray.Create(groups), IsGuest: false, IsEnabled: false);
}
