using System.CommandLine;
using Playbooks.Connectors.Teams.Package;
using Command = System.CommandLine.Command;

namespace Playbooks.Cli.Verbs;

/// <summary><c>teams package</c>: what an administrator uploads to Teams.</summary>
internal static class TeamsVerbs
{
    public static Command Create() => new("teams", "The app in Microsoft Teams.") { Package() };

    private static Command Package()
    {
        var app = new Option<Guid>("--app-id") { Description = "Client id of the bot's app registration", Required = true };
        var organisation = new Option<string>("--organisation") { Description = $"Who publishes it, at most {AppIdentity.OrganisationMaxCharacters} characters", Required = true };
        var pages = new Option<string>("--pages") { Description = "Where the pages of this server are reached, https", Required = true };
        var privacy = new Option<string?>("--privacy") { Description = "Where you say what you do with personal data (default: --pages)" };
        var terms = new Option<string?>("--terms") { Description = "Your terms of use (default: --pages)" };
        var output = new Option<string>("--output", "-o") { Description = "The archive to write", DefaultValueFactory = _ => "playbooks-teams.zip" };
        var command = new Command("package", "Writes the app package: manifest and icons. Upload it in the Teams admin centre, then add the app to the incident team.") { app, organisation, pages, privacy, terms, output };
        command.Handle(async (parsed, screen, cancellationToken) =>
        {
            var name = parsed.GetValue(organisation)!.Trim();
            if (name.Length is 0 or > AppIdentity.OrganisationMaxCharacters)
                throw new CliException(ExitCodes.WrongInput, $"Teams takes a publisher of 1 to {AppIdentity.OrganisationMaxCharacters} characters; shorten --organisation.");
            var url = Link(parsed.GetValue(pages)!, "--pages");
            var identity = new AppIdentity(parsed.GetValue(app), name, url, Link(parsed.GetValue(privacy) ?? url.AbsoluteUri, "--privacy"), Link(parsed.GetValue(terms) ?? url.AbsoluteUri, "--terms"));
            var path = Path.GetFullPath(parsed.GetValue(output)!);
            await File.WriteAllBytesAsync(path, AppPackage.Of(identity), cancellationToken);
            screen.WriteLine($"{path} is version {AppIdentity.Version} of the app {identity.AppId:D}.");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Uri Link(string given, string option) => Uri.TryCreate(given, UriKind.Absolute, out var link) && link.Scheme == Uri.UriSchemeHttps && link.UserInfo.Length == 0 ? link
        : throw new CliException(ExitCodes.WrongInput, $"{option} must be an absolute https URL; Teams opens no other.");
}
