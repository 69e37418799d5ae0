using System.Text.Json;
using System.Text.RegularExpressions;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Evidence.Html;
using Playbooks.Core.Json;
using static Playbooks.Core.Decisions.RunEvent;

namespace Playbooks.Tests.Evidence;

public partial class HtmlReportTests
{
    private static readonly HashSet<string> Tags = ["html", "head", "meta", "title", "style", "body", "main", "header", "section", "article", "h1", "h2", "h3", "p", "ul", "ol", "li",
        "dl", "div", "dt", "dd", "span", "strong", "code", "time", "br", "figure", "figcaption", "table", "thead", "tbody", "tr", "th", "td", "svg", "defs", "pattern", "rect", "line", "text"];
    private static readonly HashSet<string> Attributes = ["lang", "charset", "http-equiv", "content", "name", "class", "scope", "viewBox", "role", "aria-label", "x", "y", "x1", "y1", "x2", "y2",
        "width", "height", "rx", "id", "patternUnits", "patternTransform", "text-anchor"];

    [Fact]
    public void The_first_line_says_outcome_and_verdict() =>
        Assert.Equal("Recovered — objective of 4 h met: 32 min 36 s from detection to recovery", FirstLineOf(PageOf(RecordedRuns.Recovered())));

    [Fact]
    public void The_first_line_says_that_an_isolation_is_not_confirmed() => Assert.Equal("isolation NOT confirmed", FirstLineOf(PageOf(RecordedRuns.NotIsolated())));

    [Fact]
    public void The_page_has_no_script_and_asks_nobody_for_anything()
    {
        foreach (var page in new[] { PageOf(RecordedRuns.Recovered()), PageOf(RecordedRuns.NotIsolated()), PageOf(new RecordedRun().Start("{}")) })
            AssertHarmless(page, "as it is");
    }

    [Fact]
    public void Hostile_words_stay_words_wherever_they_stand()
    {
        var folder = SharedData.FolderOrSkip("security-data", "blns");
        var words = JsonSerializer.Deserialize<string[]>(File.ReadAllText(Path.Combine(folder, "blns.json")))!;
        Assert.True(words.Length > 400);
        foreach (var word in words)
        {
            var page = PageOf(Hostile(word));
            AssertHarmless(page, word);
        }
    }

    [Fact]
    public void What_cannot_be_seen_is_shown_by_its_number()
    {
        var page = PageOf(RecordedRuns.Recovered(text: "safe\u202Egnp.exe\u0000"));
        Assert.Contains("safe[U+202E]gnp.exe", page, StringComparison.Ordinal);
        Assert.DoesNotContain('\u202E', page);
        Assert.DoesNotContain('\u0000', page);
    }

    [Fact]
    public void A_run_of_very_many_steps_is_drawn_with_the_first_and_listed_whole()
    {
        var run = new RecordedRun().Start(RecordedRuns.Playbook);
        for (var i = 0; i < 300; i++)
            run.Do($"ramp[{i}]/shift", 1);
        var page = PageOf(run);
        Assert.Contains("240 more steps are in the table below", page, StringComparison.Ordinal);
        Assert.Contains("<code>ramp[299]/shift</code>", page, StringComparison.Ordinal);
    }

    private static RecordedRun Hostile(string word)
    {
        var run = RecordedRuns.Recovered(text: word, approve: run => run.Approve(word, 5, via: word));
        return run.Add(at => new StepSkipped(word, word, at)).Add(at => new StepStarted("isolate", at)).Add(at => new StepFailed("isolate", ErrorKind.Bug, word, word, at))
            .Add(at => new ApprovalOpened(word, 1, [word], 1, word, JsonData.Of(word), word, at, word, at)).Add(at => new ApprovalVoided(word, 1, word, at))
            .Add(at => new VoteRefused(word, word, word, word, at)).Add(at => new OrderTaken(word, new Order.Skip(word, false), word, word, at))
            .Add(at => new AnchorFailed(word, word, at)).Add(at => new TellFailed(word, word, at)).Add(at => new UndoFailed(word, ErrorKind.Bug, word, at))
            .Add(at => new IsolationUnconfirmed(word, ErrorKind.Bug, word, at)).Add(at => new RunStopping(RunOutcome.Failed, word, null, word, at))
            .Add(at => new RunEnded(RunOutcome.Failed, RtoVerdict.Missed, [word], [word], word, at)).Add(at => new RunParked(word, at));
    }

    private static void AssertHarmless(string page, string what)
    {
        var body = page[..page.IndexOf("<style>", StringComparison.Ordinal)] + page[page.IndexOf("</style>", StringComparison.Ordinal)..];
        foreach (Match tag in AnyTag().Matches(body))
        {
            Assert.True(tag.Value == "<!doctype html>" || Tags.Contains(tag.Groups["name"].Value), $"{what}: {tag.Value}");
            foreach (Match attribute in AnyAttribute().Matches(tag.Groups["rest"].Value))
                Assert.True(Attributes.Contains(attribute.Groups[1].Value), $"{what}: {tag.Value}");
            Assert.True(AnyAttribute().Replace(tag.Groups["rest"].Value, "").Trim(' ', '/') is "" || tag.Value == "<!doctype html>", $"{what}: {tag.Value}");
        }
        // Between two tags no bracket is left that could begin another.
        Assert.True(!AnyTag().Replace(body, "").Contains('<'), what);
        // The style reaches nothing but the pattern in the page itself.
        Assert.Equal(["url(#people)"], StyleUrl().Matches(page[page.IndexOf("<style>", StringComparison.Ordinal)..page.IndexOf("</style>", StringComparison.Ordinal)]).Select(match => match.Value));
        Assert.DoesNotContain("@import", page, StringComparison.Ordinal);
    }

    private static string FirstLineOf(string page) =>
        TextOnly().Replace(page[page.IndexOf("<body>", StringComparison.Ordinal)..], "").Split('\n').First(line => line.Trim().Length > 0).Trim();

    private static string PageOf(RecordedRun run) => HtmlReport.Write(run.Report);

    [GeneratedRegex("<[!/]?(?<name>[a-z0-9]+)(?<rest>[^<>]*)>")]
    private static partial Regex AnyTag();

    [GeneratedRegex("""([A-Za-z0-9-]+)="[^"<>]*" ?""")]
    private static partial Regex AnyAttribute();

    [GeneratedRegex(@"url\([^)]*\)")]
    private static partial Regex StyleUrl();

    [GeneratedRegex("<[^<>]*>")]
    private static partial Regex TextOnly();
}
