using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;
using Playbooks.Core.Cards;

namespace Playbooks.Tests.Web.Teams;

/// <summary>
/// Forgeries, replays and late votes by chance, among votes that count. Each goes through the whole door to a run that the real decider judges; one that is
/// taken fails the test, and so does a good one that is not.
/// </summary>
public sealed class BotForgeryTests
{
    private const int ForgeriesMin = 50_000, Lanes = 2, Nights = 10, RunsPerNight = 25, ForgeriesPerRun = ForgeriesMin / (Lanes * Nights * RunsPerNight);

    [Fact]
    public async Task No_forgery_no_replay_and_no_late_vote_is_taken_and_every_good_vote_is()
    {
        var seed = Environment.GetEnvironmentVariable("PLAYBOOKS_SEED") is { } given ? ulong.Parse(given, CultureInfo.InvariantCulture) : (ulong)Random.Shared.NextInt64();
        var output = TestContext.Current.TestOutputHelper!;
        output.WriteLine($"PLAYBOOKS_SEED={seed}");
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var lanes = await Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => Task.Run(() => ForgeAsync(new Dice(seed, $"{lane}"), $"seed {seed}"))));
        var kinds = lanes.SelectMany(lane => lane.Kinds).GroupBy(kind => kind.Key).OrderBy(kind => kind.Key, StringComparer.Ordinal)
            .Select(kind => (Name: kind.Key, Times: kind.Sum(met => met.Value.Times), Recorded: kind.Sum(met => met.Value.Recorded), Over: kind.Sum(met => met.Value.Over))).ToList();
        var good = lanes.Sum(lane => lane.Good);
        output.WriteLine($"{kinds.Sum(kind => kind.Times)} forgeries of {kinds.Count} kinds, {good} good votes, in {watch.Elapsed.TotalSeconds:0.0} s");
        foreach (var (name, times, recorded, _) in kinds)
            output.WriteLine($"{times,6} {recorded,6} recorded  {name}");
        Assert.True(kinds.Sum(kind => kind.Times) >= ForgeriesMin && good >= 400);
        Assert.All(kinds, kind => Assert.True(kind.Times > 50, $"{kind.Name} came {kind.Times} times"));
        // What was aimed at a run by somebody whom Bot Service vouches for stands in the run, unless that is over: its evidence is closed.
        Assert.All(kinds.Where(kind => Forger.Kept.Contains(kind.Name)), kind => Assert.Equal(kind.Times, kind.Recorded + kind.Over));
    }

    private static async Task<(Dictionary<string, (int Times, int Recorded, int Over)> Kinds, int Good)> ForgeAsync(Dice dice, string seed)
    {
        await using var forger = new Forger(dice);
        var (runs, good) = (forger.Rig.Runs, 0);
        for (var number = 0; number < Nights * RunsPerNight; number++)
        {
            var run = forger.Begin($"run-{number}");
            var goodAt = dice.Below(ForgeriesPerRun);
            for (var i = 0; i < ForgeriesPerRun; i++)
            {
                var (what, body, token) = forger.Forge();
                var before = (runs.Taken, runs.Refused);
                var answer = await forger.Rig.SendAsync(body, token);
                Assert.True(before.Taken == runs.Taken, $"{seed}, {what}: it was taken. {body}");
                Assert.True((int)answer.Status < 500 || answer.Status == HttpStatusCode.ServiceUnavailable, $"{seed}, {what}: {answer.Status}. {body}");
                forger.Met(what, runs.Refused > before.Refused);
                foreach (var vote in i == goodAt && !run.IsLeftToExpire ? forger.Vote(run) : [])
                {
                    var taken = runs.Taken;
                    Assert.True((await forger.Rig.SendAsync(vote)).IsCard);
                    Assert.True(taken + 1 == runs.Taken, $"{seed}: a good vote was refused. {vote.ToJsonString()}");
                    good++;
                }
            }
            if (number % RunsPerNight == RunsPerNight - 1)
                forger.EndOfNight();
        }
        return (forger.Kinds, good);
    }

    /// <summary>Has seen everything: tokens, cards, votes that counted. What it lacks is Bot Service's key, and what Bot Service would not say.</summary>
    private sealed class Forger : IAsyncDisposable
    {
        /// <summary>Kinds each of which is to be found in the journal of the run that it was aimed at.</summary>
        public static readonly string[] Kept =
        [
            "secret: guessed", "secret: of another card", "conversation: forwarded", "message: a copy", "person: no right", "person: bot", "round: never posted", "trigger: automatic", "verb: of another card",
        ];

        private static readonly string[] TokenNames = ["aud", "iss", "nbf", "exp", "serviceurl", "alg", "kid", "jku", "jwk", "x5u", "tid", "azp", "roles"];

        private readonly List<Asked> runs = [];
        private readonly List<(JsonObject Vote, Asked Run)> counted = [];
        private readonly RSA key = RSA.Create(2048);
        private readonly string oldToken;
        private string token;
        private int ids;
        /// <summary>Runs of the nights before.</summary>
        private int over;

        public Forger(Dice dice)
        {
            Dice = dice;
            oldToken = Rig.Mint.Sign(BotTraffic.Claims(BotRig.Now.AddHours(-3)));
            token = Rig.Token;
        }

        public Dice Dice { get; }
        public BotRig Rig { get; } = new();
        public Dictionary<string, (int Times, int Recorded, int Over)> Kinds { get; } = new(StringComparer.Ordinal);

        public async ValueTask DisposeAsync()
        {
            key.Dispose();
            await Rig.DisposeAsync();
        }

        public Asked Begin(string id)
        {
            var number = runs.Count;
            var run = new Asked(id, $"nonce-{Dice.Below(int.MaxValue)}-{number}", $"{BotTraffic.Channel};messageid={1_000_000 + number}", $"{2_000_000 + number}", Dice.Percent(30) ? 2 : 1, Dice.Percent(20), number % 7 == 6);
            Rig.Ask(id, run.Nonce, run.Thread, run.Message, run.Quorum, environment: run.IsDrill ? BotRig.Drill : BotRig.Live);
            runs.Add(run);
            return run;
        }

        /// <summary>The votes that decide, by different people.</summary>
        public IEnumerable<JsonObject> Vote(Asked run)
        {
            var first = Dice.Below(BotRig.Approvers.Length);
            for (var i = 0; i < run.Quorum; i++)
            {
                var vote = Press(run, person: BotRig.Approvers[(first + i) % BotRig.Approvers.Length], verb: run.Quorum == 1 && Dice.Percent(20) ? CardVerbs.Reject : CardVerbs.Approve);
                counted.Add((vote, run));
                yield return vote;
            }
        }

        /// <summary>What nobody decided has expired; tokens of the night are too old.</summary>
        public void EndOfNight()
        {
            Rig.Time.Advance(TimeSpan.FromHours(3));
            foreach (var run in runs.TakeLast(RunsPerNight))
                Rig.Runs.Tick(run.Id);
            (token, over) = (Rig.Token, runs.Count);
        }

        public void Met(string what, bool recorded)
        {
            var met = Kinds.GetValueOrDefault(what);
            Kinds[what] = (met.Times + 1, met.Recorded + (recorded ? 1 : 0), met.Over + (!recorded && Rig.Runs[aimedAt.Id].IsQuiet ? 1 : 0));
        }

        /// <summary>The run of the latest forgery.</summary>
        private Asked aimedAt = null!;

        public (string What, string Body, string Token) Forge()
        {
            aimedAt = Dice.Percent(60) ? runs[^1] : Dice.Of(runs);
            var vote = Press(aimedAt);
            if (Dice.Percent(15))
                return ForgedToken(vote);
            if (Dice.Percent(20))
                return Repeated();
            if (Dice.Percent(10))
                return Mangled(vote);
            var other = Dice.Of(runs);
            switch (Dice.Below(14))
            {
                case 0:
                    return Of("secret: guessed", Data(vote, "nonce", Dice.OneOf(Text(), "", CardSubject.Digest(aimedAt.Nonce), aimedAt.Nonce + " ", aimedAt.Nonce[1..]) is { Length: > 0 } guess ? guess : "x"));
                case 1:
                    return Of("secret: of another card", Data(vote, "nonce", other == aimedAt ? "of no card" : other.Nonce));
                case 2:
                    return Of("conversation: forwarded", Set(vote, "conversation/id", other == aimedAt || Dice.Percent(50) ? Dice.OneOf("a:private", "19:other@thread.v2", BotTraffic.Channel, aimedAt.Thread + "0") : other.Thread));
                case 3:
                    return Of("message: a copy", Set(vote, "replyToId", Dice.OneOf(other == aimedAt ? "1" : other.Message, aimedAt.Message + "0", "0", Text() + "x")));
                case 4:
                    return Of("person: no right", Set(vote, "from/aadObjectId", Dice.OneOf(BotRig.Starter, BotRig.Editor, BotRig.Guest, BotRig.SwitchedOff, BotRig.Unknown, BotRig.Commander, BotRig.Operator, BotRig.Reader)));
                case 5:
                    return Of("person: bot", Dice.Percent(50) ? Set(vote, "from/role", Dice.OneOf("bot", "skill", "BOT", "users")) : Set(vote, "from/id", $"28:{Text()}"));
                case 6:
                    return Of("person: nobody", vote.With("from/aadObjectId", Dice.OneOf(null, "null", "\"\"", "\"entra:x\"", "\"dev:operator\"", $"\"{Guid.Empty}\"", "1e3")));
                case 7:
                    return Of("round: never posted", Data(vote, "approval", $"{aimedAt.Id}/go/{Dice.Number(2, 4)}"));
                case 8:
                    return Of("path: another", Data(vote, "approval", $"{aimedAt.Id}/{Dice.OneOf("promote", "go/go", "..", "__proto__", "go ", "GO", Text())}/{Dice.OneOf("1", "01", "+1", "1 ", "-1", "0x1", "99999999999999999999")}"));
                case 9:
                    return Of("trigger: automatic", vote.With("value/trigger", Dice.OneOf("\"automatic\"", "\"Manual\"", "\"\"", "1", "{}", "true")));
                case 10:
                    return Of("verb: of another card", Set(vote, "value/action/verb", Dice.OneOf(CardVerbs.Done, CardVerbs.Retry, CardVerbs.Skip, CardVerbs.Cancel, "approve", "Approval.Approve", "constructor")));
                case 11:
                    return Of("verb: refresh", Set(vote, "value/action/verb", CardVerbs.Refresh));
                case 12:
                    return Of("run: none such", Data(vote, "approval", $"{Text()}-none/go/1"));
                default:
                    return Of("not for this bot", Dice.Below(6) switch
                    {
                        0 => Set(vote, "recipient/id", $"28:{Guid.NewGuid()}"),
                        1 => Set(vote, "channelId", Dice.OneOf("webchat", "emulator", "directline", "MSTEAMS")),
                        2 => Set(vote, "channelData/tenant/id", $"{TokenMint.Elsewhere}"),
                        3 => Set(vote, "conversation/tenantId", Dice.OneOf($"{TokenMint.Elsewhere}", "common", $"{BotTraffic.Tenant}x")),
                        4 => Set(vote, "serviceUrl", Dice.OneOf("https://evil.example/", "https://smba.trafficmanager.net@evil.example/", "http://smba.trafficmanager.net/", "https://smba.trafficmanager.net:444/", "//smba.trafficmanager.net")),
                        _ => vote.With("channelData", Dice.OneOf("null", "[]", "{}", "{\"tenant\":[]}")),
                    });
            }
        }

        /// <summary>What counted before or comes too late: the same again, the same for something else, the opposite, and after the end.</summary>
        private (string, string, string) Repeated()
        {
            if (counted.Count == 0)
                return Of("verb: refresh", Press(aimedAt, CardVerbs.Refresh));
            var (vote, run) = Dice.Of(counted);
            aimedAt = run;
            switch (Dice.Below(5))
            {
                case 0:
                    return Of("replay: the same again", vote);
                case 1:
                    return Of("replay: for the opposite", Set(vote, "value/action/verb", (string)vote["value"]!["action"]!["verb"]! == CardVerbs.Approve ? CardVerbs.Reject : CardVerbs.Approve));
                case 2:
                    return Of("replay: by somebody else", Set(vote, "from/aadObjectId", Dice.Of(BotRig.Approvers.Where(person => person != (string)vote["from"]!["aadObjectId"]!).ToList())));
                case 3:
                    return Of("contradiction", Press(run, Dice.OneOf(CardVerbs.Approve, CardVerbs.Reject), (string)vote["from"]!["aadObjectId"]!));
                default:
                    var expired = runs.Take(over).Where(old => old.IsLeftToExpire).ToList();
                    aimedAt = expired.Count > 0 ? Dice.Of(expired) : run;
                    return Of(expired.Count > 0 ? "late: expired" : "late: decided", Press(aimedAt, Dice.OneOf(CardVerbs.Approve, CardVerbs.Reject), (string)vote["from"]!["aadObjectId"]!));
            }
        }

        private (string, string, string) ForgedToken(JsonObject vote)
        {
            var claims = BotTraffic.Claims(Rig.Time.GetUtcNow());
            string RS256(JsonObject of, RSA by) => TokenMint.Join("RS256", Dice.OneOf(TokenMint.Kid, null, "x"), of, bytes => by.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
            var forged = Dice.Below(7) switch
            {
                0 => Rig.Mint.Sign(claims.With(Dice.OneOf("iss", "aud"), Dice.OneOf(null, "\"\"", $"\"https://sts.windows.net/{BotTraffic.Tenant}/\"", $"\"{TokenMint.Elsewhere}\"", $"\"api://{BotTraffic.AppId}\"", "[]"))),
                1 => Rig.Mint.Sign(Dice.Percent(50) ? claims.With("exp", Dice.OneOf(null, "0", $"{Rig.Time.GetUtcNow().ToUnixTimeSeconds() - 301}")) : claims.With("nbf", $"{Rig.Time.GetUtcNow().ToUnixTimeSeconds() + 302}")),
                2 => Rig.Mint.Sign(claims.With("serviceurl", Dice.OneOf(null, "\"\"", "\"https://evil.example/\"", "\"https://smba.trafficmanager.net.evil.example/\"", "[\"https://smba.trafficmanager.net/\",\"https://evil.example/\"]", "7"))),
                3 => RS256(claims, key),
                4 => TokenMint.Join(Dice.OneOf("none", "HS256", "RS384", "PS256", "ES256"), TokenMint.Kid, claims, bytes => HMACSHA256.HashData(Rig.Mint.Rsa.ExportSubjectPublicKeyInfo(), bytes)),
                5 => oldToken,
                _ => Bent(token),
            };
            return ("token", vote.ToJsonString(), forged == token ? oldToken : forged);
        }

        private string Bent(string good)
        {
            var parts = good.Split('.');
            if (Dice.Percent(50))
            {
                var signature = Base64UrlEncoder.DecodeBytes(parts[2]);
                signature[Dice.Below(signature.Length)] ^= (byte)(1 << Dice.Below(8));
                return $"{parts[0]}.{parts[1]}.{Base64UrlEncoder.Encode(signature)}";
            }
            var claims = JsonNode.Parse(Base64UrlEncoder.Decode(parts[1]))!.AsObject();
            claims[Dice.Of(TokenNames)] = Dice.OneOf<JsonNode?>(null, JsonValue.Create(Dice.Below(int.MaxValue)), JsonValue.Create("x"), new JsonArray("x"));
            return $"{parts[0]}.{Base64UrlEncoder.Encode(claims.ToJsonString())}.{parts[2]}";
        }

        /// <summary>Text that is no activity any more, or one that two readers would read differently.</summary>
        private (string, string, string) Mangled(JsonObject vote)
        {
            var text = new StringBuilder(vote.ToJsonString());
            var data = text.ToString().IndexOf("\"data\":{", StringComparison.Ordinal) + "\"data\":{".Length;
            switch (Dice.Below(5))
            {
                case 0:
                    text.Insert(data, Dice.OneOf($"\"approval\":\"{aimedAt.Id}/go/1\",", $"\"nonce\":\"{aimedAt.Nonce}\",", "\"nonce\":null,"));
                    break;
                case 1:
                    text.Insert(data, Dice.OneOf("\"x\":\"\\udc00\",", "\"\\ud800\":1,", "\"x\":1e999999,", "\"x\":-1e-999999,"));
                    break;
                case 2:
                    // One brace more than before, and not in the place of the one that is gone.
                    text.Remove(Dice.Below(text.Length - 1), 1).Append('}');
                    break;
                case 3:
                    text.Length = Dice.Number(0, text.Length - 1);
                    break;
                default:
                    text.Insert(1, Dice.OneOf("\"type\":\"message\",", "\"from\":{},", "\"value\":{},", "/**/", "\"x\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]],"));
                    break;
            }
            return ("text", text.ToString(), token);
        }

        private (string, string, string) Of(string what, JsonObject activity) => (what, activity.ToJsonString(), token);

        private JsonObject Press(Asked run, string verb = CardVerbs.Approve, string? person = null) =>
            BotRig.Press($"f:{ids++}", verb, person ?? Dice.Of(BotRig.Approvers), $"{run.Id}/go/1", run.Nonce).With("conversation/id", BotTraffic.Quoted(run.Thread)).With("replyToId", BotTraffic.Quoted(run.Message));

        private string Text() => string.Concat(Enumerable.Range(0, Dice.Number(1, 8)).Select(_ => Dice.Of<string>(["a", "Z", "/", ".", "é", "😀", " ", "\u202E", "0", "'"])));

        private static JsonObject Data(JsonObject vote, string name, string text) => vote.With("value/action/data/" + name, BotTraffic.Quoted(text));

        private static JsonObject Set(JsonObject vote, string path, string text) => vote.With(path, BotTraffic.Quoted(text));
    }

    /// <param name="IsLeftToExpire">Nobody votes on it in time.</param>
    private sealed record Asked(string Id, string Nonce, string Thread, string Message, int Quorum, bool IsLeftToExpire, bool IsDrill);
}
