using Playbooks.Core.Renderings;

namespace Playbooks.Web.Teams;

/// <summary>The bot: who it is, whom it believes, and what it does with what happens in Teams.</summary>
public sealed class Bot
{
    public required BotIdentity Identity { get; init; }
    public required BotTokens Tokens { get; init; }
    public required CardDesk Cards { get; init; }
    public required BotPlaces Places { get; init; }

    /// <summary>Says something in a conversation. May take its time: nobody is kept waiting for it.</summary>
    public required Func<BotPlace, string, CancellationToken, Task> Say { get; init; }

    /// <summary>Takes the address of Bot Service through which messages are posted, as each activity names it.</summary>
    public Action<Uri> Learn { get; init; } = _ => { };

    /// <summary>Where our own pages are; null where there are none.</summary>
    public Uri? Pages { get; init; }

    /// <summary>For the operator.</summary>
    public Action<string> Log { get; init; } = _ => { };

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Takes an activity that has been found to be for this bot.</summary>
    /// <param name="within">How soon the answer to a used card is wanted.</param>
    /// <returns>The answer to a used card; null where nothing is answered but that it arrived.</returns>
    public async Task<CardReply?> TakeAsync(BotActivity activity, TimeSpan within)
    {
        if (Identity.Hosts.Read(activity.ServiceUrl) is { } service)
            Learn(service);
        switch (activity)
        {
            case { Type: "invoke", Name: "adaptiveCard/action" }:
                return await Cards.TakeAsync(activity, CardPress.Of(activity), within).ConfigureAwait(false);
            case { Type: "message" }:
                // What clients that know no Action.Execute send of a card's button.
                var said = CardPress.OfMessage(activity) is { } press ? (await Cards.TakeAsync(activity, press, within).ConfigureAwait(false)).Says : Introduction;
                InBackground(() => Say(BotPlace.Of(activity, Time.GetUtcNow()) with { Conversation = activity.Conversation }, said, CancellationToken.None), "An answer could not be posted");
                return null;
            case { Type: "installationUpdate", Action: "add" or "add-upgrade" }:
            case { Type: "conversationUpdate" } when activity.MembersAdded.Contains(Identity.Id):
                Places.Remember(BotPlace.Of(activity, Time.GetUtcNow()));
                return null;
            case { Type: "installationUpdate", Action: "remove" or "remove-upgrade" }:
            case { Type: "conversationUpdate" } when activity.MembersRemoved.Contains(Identity.Id):
                Places.Forget(activity.Conversation);
                return null;
            default:
                return null;
        }
    }

    private string Introduction => "I post what recovery runs ask and tell, and take decisions by the buttons of my cards only: nothing that is written to me decides anything. "
        + (Pages is { } pages ? $"All runs: {pages.AbsoluteUri}" : "All runs: playbooks runs, at the host.");

    private void InBackground(Func<Task> work, string trouble) => _ = Task.Run(async () =>
    {
        try
        {
            await work().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever a channel throws: what was decided is recorded, and only its echo is lost.
        catch (Exception error)
#pragma warning restore CA1031
        {
            Log(Printable.Line($"{trouble}: {error.Message}"));
        }
    });
}
