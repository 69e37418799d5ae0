using System.Text.Json.Nodes;
using Playbooks.Core.Cards;
using Playbooks.Tests.Web.Teams;

namespace Playbooks.Disk.Tests.Cards;

/// <summary>
/// People in front of Teams, and Bot Service between them and the host. What somebody was answered is written down outside the host, with the id of the
/// activity; what was sent and never answered is sent again by Bot Service before its sender looks at the card anew.
/// </summary>
internal sealed class CardPeople(ChatFile chat, Doorway doorway, Func<string> token, Action<string> say, string folder)
{
    /// <summary>What the card of a run says that is over.</summary>
    public const string Ended = "Ended: completed";

    private const string Sent = "sent", Counted = "counted", Refused = "refused";

    public async Task VoteAsync(string person)
    {
        foreach (var line in Lines().Where(line => line[0] == Sent && line[1] == person && !Lines().Any(other => other[0] != Sent && other[2] == line[2])).ToList())
            await SendAsync(CardVerbs.Approve, person, line[3], line[2]);
        foreach (var message in chat.Asking.Reverse())
        {
            // Looking at a card is fetching it.
            var shown = await FetchAsync(person, message);
            if (!ChatFile.Verbs(shown).Contains(CardVerbs.Approve))
                continue;
            var activity = $"f:{person[..4]}-{Lines().Count}";
            say($"{Sent} {person} {activity} {message}");
            say("mark vote received");
            await SendAsync(CardVerbs.Approve, person, message, activity);
            say("mark vote recorded");
        }
    }

    /// <summary>At the end everybody looks at every card, and presses whatever button one still shows.</summary>
    public async Task LookAroundAsync()
    {
        foreach (var message in chat.Asking)
        {
            var stale = chat.Buttons(message).Contains(CardVerbs.Approve);
            if (stale)
                say($"stale {message}");
            foreach (var person in CardChild.Approvers)
            {
                var shown = await FetchAsync(person, message);
                if (ChatFile.Verbs(shown).Count > 0 || !shown.ToJsonString().Contains("APPROVED", StringComparison.Ordinal))
                    say($"trouble {message} shows {person} something else than what became of it: {shown.ToJsonString()}");
                if (stale && ChatFile.Verbs(await SendAsync(CardVerbs.Approve, person, message, $"f:late-{person[..4]}-{message}")).Count > 0)
                    say($"trouble a press of {message} is answered with a card that is not the current one");
            }
        }
    }

    /// <summary>Of the cards that show how the run stands one is true; whoever looks at another is told that it is not the one, or shown what is true.</summary>
    public async Task LookAtRootsAsync()
    {
        foreach (var root in chat.Roots.Where(root => !chat.Says(root, Ended)))
        {
            say($"stale {root}");
            var shown = await FetchAsync(CardChild.Approvers[0], root);
            if (!shown.ToJsonString().Contains(Ended, StringComparison.Ordinal) && !shown.ToJsonString().Contains("copy", StringComparison.Ordinal))
                say($"trouble {root} still shows something else than how the run stands: {shown.ToJsonString()}");
        }
    }

    private Task<JsonNode> FetchAsync(string person, string message) => SendAsync(CardVerbs.Refresh, person, message, $"f:{Guid.NewGuid()}");

    private async Task<JsonNode> SendAsync(string verb, string person, string message, string activity)
    {
        var invoke = BotTraffic.Invoke(activity, verb, chat.Data(message), person).With("replyToId", BotTraffic.Quoted(message)).With("conversation/id", BotTraffic.Quoted(chat.Conversation(message)));
        var answer = await doorway.SendAsync(invoke.ToJsonString(), token());
        if (!answer.IsCard)
        {
            say($"trouble {answer.Status}: {answer.Text}");
            return new JsonObject { ["body"] = new JsonArray() };
        }
        if (verb == CardVerbs.Approve)
            say($"{(answer.Words.Contains("Your yes counts.", StringComparison.Ordinal) ? Counted : Refused)} {person} {activity} {message}");
        return answer.Json["value"]!;
    }

    /// <summary>What was sent and what was answered to it, in order.</summary>
    private List<string[]> Lines() => [.. File.ReadAllLines(CardChild.SaidIn(folder)).Select(line => line.Split(' ')).Where(line => line[0] is Sent or Counted or Refused)];
}
