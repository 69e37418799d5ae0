namespace Playbooks.Connectors.Teams.Package;

/// <summary>Who the app in Teams is, and to whom it belongs.</summary>
/// <param name="AppId">Client id of the bot's app registration. The app, its bot and its sign-in are one and the same.</param>
/// <param name="Organisation">Shown as the publisher; at most <see cref="OrganisationMaxCharacters"/> characters.</param>
/// <param name="Pages">Where our pages are reached; cards and nudges link there.</param>
/// <param name="Privacy">Where the organisation says what it does with personal data.</param>
/// <param name="Terms">Its terms of use.</param>
public sealed record AppIdentity(Guid AppId, string Organisation, Uri Pages, Uri Privacy, Uri Terms)
{
    public const int OrganisationMaxCharacters = 32;

    /// <summary>Raised with every change of the package, else Teams keeps the old one.</summary>
    public const string Version = "1.0.0";
}
