using System.Globalization;
using Playbooks.Connectors.Teams.Graph;
using Playbooks.Connectors.Teams.Package;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;

namespace Playbooks.Connectors.Teams;

/// <summary>The ways to people beside a card in the channel, in the order in which they are tried.</summary>
internal sealed class Reaching(TeamsTarget target, string channel, BotConnector bot, GraphClients graph, SmsWebhook? sms, TimeProvider time)
{
    public const string Personal = "personal message";
    private static readonly TimeSpan MembersKeptFor = TimeSpan.FromMinutes(5);

    private readonly Recipients recipients = new(graph, time);
    private readonly ActivityFeed feed = new(graph);
    private readonly MailFallback? mail = target.MailFrom is { } from ? new MailFallback(graph, from) : null;
    private (DateTimeOffset At, IReadOnlyList<Member> Members)? members;

    /// <summary>Activity feed, then mail, then text message; with <paramref name="personally"/> a message of the bot to each after the feed.</summary>
    public IEnumerable<Hop<object?>> Of(Run run, RunThread thread, Question question, bool personally = false)
    {
        yield return Hop(NotificationChain.ActivityFeed, NotificationChain.FeedWithin, async token => await feed.NudgeAsync(await PeopleAsync(run, question, token).ConfigureAwait(false),
            new Nudge(run.Id, question.Notice, question.ActivityType, question.What, await thread.LinkAsync(target.Tenant.ToString("D"), token).ConfigureAwait(false), Parameters(question)), token).ConfigureAwait(false));
        if (personally)
            yield return Hop(Personal, NotificationChain.FeedWithin, token => TellEachAsync(run, question, token));
        if (mail is not null)
            yield return Hop(NotificationChain.Mail, NotificationChain.MailWithin, async token => await mail.SendAsync(await PeopleAsync(run, question, token).ConfigureAwait(false),
                question.What, $"{question.What}\nUntil {Instant(question.Until)}.", question.Page, token).ConfigureAwait(false));
        if (sms is not null)
            yield return Hop(NotificationChain.Sms, NotificationChain.SmsWithin, token => sms.SendAsync(run.Id, $"{question.What} Until {Instant(question.Until)}.", question.Page, token));
    }

    /// <summary>As Teams names those who may answer and are in the channel; none where it cannot be found out.</summary>
    public async Task<IEnumerable<string>> NamesOfAsync(Run run, Question question, CancellationToken cancellationToken)
    {
        var people = (await PeopleAsync(run, question, cancellationToken).ConfigureAwait(false)).Select(person => person.ObjectId).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return (await MembersAsync(cancellationToken).ConfigureAwait(false)).Where(member => people.Contains(member.ObjectId)).Select(member => member.Id);
    }

    private Task<IReadOnlyList<Graph.Recipient>> PeopleAsync(Run run, Question question, CancellationToken cancellationToken) =>
        recipients.OfAsync(run.Environment!, question.Groups, cancellationToken);

    private async Task TellEachAsync(Run run, Question question, CancellationToken cancellationToken)
    {
        var names = (await NamesOfAsync(run, question, cancellationToken).ConfigureAwait(false)).ToList();
        if (names.Count == 0)
            throw new ChannelException("Nobody of the groups that may decide is in the channel.");
        foreach (var name in names)
            await bot.TellPersonAsync(name, BotMessage.Text($"{question.What} Until {Instant(question.Until)}.", question.Page), cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<Member>> MembersAsync(CancellationToken cancellationToken)
    {
        if (members is not { } known || time.GetUtcNow() - known.At > MembersKeptFor)
            members = known = (time.GetUtcNow(), await bot.MembersAsync(channel, cancellationToken).ConfigureAwait(false));
        return known.Members;
    }

    /// <summary>Exactly those that the activity's text in the manifest has holes for.</summary>
    private static (string Name, string Value)[] Parameters(Question question) => question.ActivityType == AppManifest.RunNews
        ? [(AppManifest.What, question.What)] : [(AppManifest.What, question.What), (AppManifest.Until, Instant(question.Until))];

    private static Hop<object?> Hop(string name, TimeSpan within, Func<CancellationToken, Task> sendAsync) => new(name, within, async token =>
    {
        await sendAsync(token).ConfigureAwait(false);
        return null;
    });

    private static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
