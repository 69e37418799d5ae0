using Playbooks.Core.Json;

namespace Playbooks.Connectors.Teams.Package;

/// <summary>
/// What Teams is told of the app: a bot for a team's channel and for single people, and what it may put into somebody's activity feed.
/// Form: Teams app manifest 1.29.
/// </summary>
public static class AppManifest
{
    public const string FileName = "manifest.json";
    public const string ColorIconName = "color.png";
    public const string OutlineIconName = "outline.png";

    /// <summary>Somebody must decide. Parameters: <see cref="What"/>, <see cref="Until"/>.</summary>
    public const string ApprovalRequired = "approvalRequired";
    /// <summary>Somebody must do something by hand, or say how a run goes on. Parameters: <see cref="What"/>, <see cref="Until"/>.</summary>
    public const string PersonNeeded = "personNeeded";
    /// <summary>A run has something to say. Parameter: <see cref="What"/>.</summary>
    public const string RunNews = "runNews";

    public const string What = "what";
    public const string Until = "until";

    /// <summary>Lets the app nudge whoever installed it, and nobody else.</summary>
    private const string NudgePermission = "TeamsActivity.Send.User";

    public static JsonData Of(AppIdentity app)
    {
        var id = JsonData.Of(app.AppId.ToString("D"));
        return JsonData.Object(
            ("$schema", JsonData.Of("https://developer.microsoft.com/json-schemas/teams/v1.29/MicrosoftTeams.schema.json")),
            ("manifestVersion", JsonData.Of("1.29")),
            ("version", JsonData.Of(AppIdentity.Version)),
            ("id", id),
            ("developer", JsonData.Object(
                ("name", JsonData.Of(app.Organisation)), ("websiteUrl", Link(app.Pages)), ("privacyUrl", Link(app.Privacy)), ("termsOfUseUrl", Link(app.Terms)))),
            ("name", JsonData.Object(("short", JsonData.Of("Playbooks")), ("full", JsonData.Of("Playbooks: recovery of AI systems")))),
            ("description", JsonData.Object(
                ("short", JsonData.Of("Says when an AI system is being recovered, and asks who may decide.")),
                ("full", JsonData.Of("When a model goes wrong, a playbook isolates it, restores its last good version and replays its jobs. Here the people "
                    + "responsible see where that stands against the recovery objective, approve what needs a person, and confirm what was done by hand.")))),
            ("icons", JsonData.Object(("color", JsonData.Of(ColorIconName)), ("outline", JsonData.Of(OutlineIconName)))),
            ("accentColor", JsonData.Of(AppIcons.AccentColor)),
            ("bots", List(JsonData.Object(
                ("botId", id), ("scopes", List(JsonData.Of("team"), JsonData.Of("personal"))), ("supportsFiles", JsonData.Of(false)), ("isNotificationOnly", JsonData.Of(false))))),
            ("defaultInstallScope", JsonData.Of("team")),
            ("validDomains", List(JsonData.Of(app.Pages.Host))),
            ("webApplicationInfo", JsonData.Object(("id", id), ("resource", JsonData.Of($"api://{app.Pages.Host}/{app.AppId:D}")))),
            ("authorization", JsonData.Object(("permissions", JsonData.Object(
                ("resourceSpecific", List(JsonData.Object(("name", JsonData.Of(NudgePermission)), ("type", JsonData.Of("Application"))))))))),
            ("activities", JsonData.Object(("activityTypes", List(
                Activity(ApprovalRequired, "A decision is needed", $"Your decision is needed until {{{Until}}}: {{{What}}}"),
                Activity(PersonNeeded, "Somebody is needed", $"Somebody is needed until {{{Until}}}: {{{What}}}"),
                Activity(RunNews, "News of a recovery", $"{{{What}}}"))))));
    }

    private static JsonData Activity(string type, string description, string template) =>
        JsonData.Object(("type", JsonData.Of(type)), ("description", JsonData.Of(description)), ("templateText", JsonData.Of(template)));

    private static JsonData List(params JsonData[] elements) => JsonData.Array(elements);

    private static JsonData Link(Uri link) => JsonData.Of(link.AbsoluteUri);
}
