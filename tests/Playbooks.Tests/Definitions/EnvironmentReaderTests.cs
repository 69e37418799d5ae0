using Playbooks.Core.Definitions;

namespace Playbooks.Tests.Definitions;

public class EnvironmentReaderTests
{
    [Theory]
    [InlineData("PB1001", "\"kind\": \"drill\"", "\"kind\": §drill")]
    [InlineData("PB1104", "\"kind\": \"drill\"", "\"kind\": §\"dril\"")]
    [InlineData("PB1103", "\"kind\": \"drill\",", "\"kind\": \"drill\", §\"region\": \"x\",")]
    [InlineData("PB1106", "\"name\": \"drill\"", "\"name\": §\"Drill\"")]
    [InlineData("PB1102", "{\n  \"name\": \"drill\",", "§{")]
    [InlineData("PB3003", "\"env:DRILL_STORAGE\"", "§\"UseDevelopmentStorage=true\"")]
    [InlineData("PB3003", "\"env:DRILL_STORAGE\"", "§\"DefaultEndpointsProtocol=https;AccountKey=abc\"")]
    [InlineData("PB3003", "\"drill-script\"", "§\"x&sig=abc\"")]
    [InlineData("PB3003", "\"file:keys/artifacts.pem\"", "§\"keys/artifacts.pem\"")]
    [InlineData("PB3005", "\"main\": { \"connectionString\": \"env:DRILL_STORAGE\" }", "\"main\": §{ }")]
    [InlineData("PB3005", "\"main\": { \"connectionString\": \"env:DRILL_STORAGE\" }", "\"main\": §{ \"connectionString\": \"env:DRILL_STORAGE\", \"blobUrl\": \"https://a.blob.example/\" }")]
    [InlineData("PB3005", "\"main\": { \"connectionString\": \"env:DRILL_STORAGE\" }", "\"main\": §{ \"connectionString\": \"env:DRILL_STORAGE\", \"queueUrl\": \"https://a.example/\" }")]
    [InlineData("PB3005", "\"main\": { \"connectionString\": \"env:DRILL_STORAGE\" }", "\"main\": §{ \"connectionString\": \"env:DRILL_STORAGE\", \"tableUrl\": \"https://a.example/\" }")]
    [InlineData("PB3001", "\"storage\": \"main\", \"container\": \"gateway\"", "\"storage\": §\"elsewhere\", \"container\": \"gateway\"")]
    [InlineData("PB3002", "\"gateway\": \"main\"", "\"gateway\": §\"elsewhere\"")]
    [InlineData("PB3007", "\"defaultSuite\": \"golden\"", "\"defaultSuite\": §\"elsewhere\"")]
    [InlineData("PB3001", "\"storage\": \"main\", \"container\": \"gateway\"", "\"storage\": §\"mian\", \"container\": \"gateway\"")]
    [InlineData("PB3001", "\"erasures\": { \"storage\": \"main\"", "\"erasures\": { \"storage\": §\"other\"")]
    [InlineData("PB1106", "\"container\": \"gateway\"", "\"container\": §\"Gate--way\"")]
    [InlineData("PB1106", "\"table\": \"erasures\"", "\"table\": §\"era-sures\"")]
    [InlineData("PB3004", "\"http://127.0.0.1:5080\"", "§\"127.0.0.1:5080\"")]
    [InlineData("PB3004", "\"http://127.0.0.1:5080\"", "§\"http://user:x@127.0.0.1\"")]
    [InlineData("PB3004", "\"https://status.university.example\"", "§\"https://status.university.example/path\"")]
    [InlineData("PB3002", "\"gateway\": \"main\"", "\"gateway\": §\"mian\"")]
    [InlineData("PB3007", "\"defaultSuite\": \"golden\"", "\"defaultSuite\": §\"goldn\"")]
    [InlineData("PB1104", "\"layout\": \"pointer\"", "\"layout\": §\"versioned-path\"")]
    [InlineData("PB1101", "\"holdsPersonalData\": true", "\"holdsPersonalData\": §\"yes\"")]
    [InlineData("PB1104", "\"consumer\": \"keyed\"", "\"consumer\": §\"keydd\"")]
    [InlineData("PB1301", "\"key\": \"jobId\"", "\"key\": \"job §Id\"")]
    [InlineData("PB1115", "\"work\": \"grading-jobs\"", "\"work\": §\"grading-jobs-dead\"")]
    [InlineData("PB1104", "\"kind\": \"terminal\"", "\"kind\": §\"pager\"")]
    [InlineData("PB3008", "\"erasures\": { \"storage\"", "\"access\": { \"operator\": [§\"ml-aprovers\"] }, \"erasures\": { \"storage\"")]
    [InlineData("PB1103", "\"erasures\": { \"storage\"", "\"access\": { §\"admin\": [\"ml-approvers\"] }, \"erasures\": { \"storage\"")]
    [InlineData("PB1101", "\"erasures\": { \"storage\"", "\"access\": { \"operator\": [§3] }, \"erasures\": { \"storage\"")]
    [InlineData("PB1104", "\"erasures\": { \"storage\"", "\"signIn\": §\"anybody\", \"erasures\": { \"storage\"")]
    [InlineData("PB3009", "\"roles\": {", "\"signIn\": §\"development\", \"roles\": { \"others\": [\"dev:operator\", \"group:11111111-2222-3333-4444-555555555555\"],")]
    [InlineData("PB1102", "\"channels\": { \"incidents\": { \"kind\": \"terminal\" } }", "\"channels\": { \"incidents\": §{ \"kind\": \"teams\" } }")]
    [InlineData("PB3010", "\"channels\": { \"incidents\": { \"kind\": \"terminal\" } }", "\"channels\": { \"incidents\": { \"kind\": \"teams\", \"channel\": §\"general\" } }")]
    [InlineData("PB1103", "\"channels\": { \"incidents\": { \"kind\": \"terminal\" } }", "\"channels\": { \"incidents\": { \"kind\": \"terminal\", §\"channel\": \"19:a@thread.tacv2\" } }")]
    [InlineData("PB3010", "\"channels\": { \"incidents\": { \"kind\": \"terminal\" } }", "\"channels\": { \"incidents\": { \"kind\": \"terminal\" } }, \"teams\": { \"tenant\": \"5d3ad6a2-6b61-4f0c-9c4b-7a2f3f2a9f11\", \"app\": \"5d3ad6a2-6b61-4f0c-9c4b-7a2f3f2a9f11\", \"channel\": §\"incidents\", \"pages\": \"https://recovery.university.example\" }")]
    [InlineData("PB3010", "\"channels\": { \"incidents\": { \"kind\": \"terminal\" } }", "\"channels\": { \"incidents\": { \"kind\": \"teams\", \"channel\": \"19:a@thread.tacv2\" } }, \"teams\": { \"tenant\": \"5d3ad6a2-6b61-4f0c-9c4b-7a2f3f2a9f11\", \"app\": \"5d3ad6a2-6b61-4f0c-9c4b-7a2f3f2a9f11\", \"channel\": §\"incident\", \"pages\": \"https://recovery.university.example\" }")]
    [InlineData("PB3011", "\"channels\": { \"incidents\": { \"kind\": \"terminal\" } }", "\"channels\": { \"incidents\": { \"kind\": \"teams\", \"channel\": \"19:a@thread.tacv2\" } }, \"teams\": { \"tenant\": §\"university.example\", \"app\": \"5d3ad6a2-6b61-4f0c-9c4b-7a2f3f2a9f11\", \"channel\": \"incidents\", \"pages\": \"https://recovery.university.example\" }")]
    [InlineData("PB3011", "\"channels\": { \"incidents\": { \"kind\": \"terminal\" } }", "\"channels\": { \"incidents\": { \"kind\": \"teams\", \"channel\": \"19:a@thread.tacv2\" } }, \"teams\": { \"tenant\": \"5d3ad6a2-6b61-4f0c-9c4b-7a2f3f2a9f11\", \"app\": \"5d3ad6a2-6b61-4f0c-9c4b-7a2f3f2a9f11\", \"channel\": \"incidents\", \"pages\": \"https://recovery.university.example\", \"onCall\": §\"team\" }")]
    [InlineData("PB3004", "\"channels\": { \"incidents\": { \"kind\": \"terminal\" } }", "\"channels\": { \"incidents\": { \"kind\": \"teams\", \"channel\": \"19:a@thread.tacv2\" } }, \"teams\": { \"tenant\": \"5d3ad6a2-6b61-4f0c-9c4b-7a2f3f2a9f11\", \"app\": \"5d3ad6a2-6b61-4f0c-9c4b-7a2f3f2a9f11\", \"channel\": \"incidents\", \"pages\": §\"http://recovery.university.example\" }")]
    [InlineData("PB3003", "\"channels\": { \"incidents\": { \"kind\": \"terminal\" } }", "\"channels\": { \"incidents\": { \"kind\": \"teams\", \"channel\": \"19:a@thread.tacv2\" } }, \"teams\": { \"tenant\": \"5d3ad6a2-6b61-4f0c-9c4b-7a2f3f2a9f11\", \"app\": \"5d3ad6a2-6b61-4f0c-9c4b-7a2f3f2a9f11\", \"channel\": \"incidents\", \"pages\": \"https://recovery.university.example\", \"sms\": §\"https://sms.example/?key=1\" }")]
    [InlineData("PB1103", "\"channels\": { \"incidents\": { \"kind\": \"terminal\" } }", "\"channels\": { \"incidents\": { \"kind\": \"teams\", \"channel\": \"19:a@thread.tacv2\" } }, \"teams\": { \"tenant\": \"5d3ad6a2-6b61-4f0c-9c4b-7a2f3f2a9f11\", \"app\": \"5d3ad6a2-6b61-4f0c-9c4b-7a2f3f2a9f11\", \"channel\": \"incidents\", \"pages\": \"https://recovery.university.example\", §\"bot\": \"x\" }")]
    [InlineData("PB3104", "\"anchor\": { \"storage\": \"anchor\", \"container\": \"heads\" }", "\"anchor\": §{ \"storage\": \"main\", \"container\": \"evidence\" }")]
    [InlineData("PB1107", "\"holdAtMost\": \"PT5S\"", "\"holdAtMost\": §\"5s\"")]
    [InlineData("PB1106", "{ \"incidents\"", "{ §\"Incidents\"")]
    [InlineData("PB3003", "[\"approver@university.example\"]", "[§\"password=x\"]")]
    [InlineData("PB1301", "\"key\": \"jobId\"", "\"key\": \"${ job §Id }\"")]
    public void An_environment_is_refused(string code, string part, string marked)
    {
        Assert.Contains(part, EnvironmentText.Drill, StringComparison.Ordinal);
        Marked.Check(code, EnvironmentText.Drill.Replace(part, marked, StringComparison.Ordinal), EnvironmentText.Errors);
    }

    [Fact]
    public void Groups_hold_what_access_gives_them()
    {
        var environment = EnvironmentText.Valid(EnvironmentText.Drill.Replace("\"erasures\":", """
            "access": { "commander": ["incident-commanders", "ml-approvers", "ml-approvers"], "auditor": [] }, "erasures":
            """, StringComparison.Ordinal));

        Assert.Equal([AccessRole.Commander, AccessRole.Auditor], environment.Access.Keys);
        Assert.Equal(["incident-commanders", "ml-approvers"], environment.Access[AccessRole.Commander]);
        Assert.Empty(environment.Access[AccessRole.Auditor]);
        Assert.Empty(EnvironmentText.Valid(EnvironmentText.Drill).Access);
    }

    [Theory]
    [InlineData("group:11111111-2222-3333-4444-555555555555")]
    [InlineData("entra:11111111-2222-3333-4444-555555555555")]
    public void Where_people_of_a_directory_decide_nobody_signs_in_without_proof(string person)
    {
        static string With(string person) => EnvironmentText.Drill.Replace("\"roles\": {", $"\"signIn\": §\"development\", \"roles\": {{ \"others\": [\"dev:operator\", \"{person}\"],", StringComparison.Ordinal);

        Marked.Check("PB3009", With(person), EnvironmentText.Errors);
        Assert.Equal(SignInWay.Development, EnvironmentText.Valid(With("dev:approver").Replace("§", "", StringComparison.Ordinal)).SignIn);
        Assert.Null(EnvironmentText.Valid(EnvironmentText.Drill).SignIn);
    }

    [Fact]
    public void People_are_reached_through_a_channel_of_Teams()
    {
        var environment = EnvironmentText.Valid(EnvironmentText.Drill.Replace("\"channels\": { \"incidents\": { \"kind\": \"terminal\" } }", """
            "channels": { "incidents": { "kind": "teams", "channel": "19:a_B-1@thread.tacv2" }, "screen": { "kind": "terminal" } },
            "teams": { "tenant": "5d3ad6a2-6b61-4f0c-9c4b-7a2f3f2a9f11", "app": "5d3ad6a2-6b61-4f0c-9c4b-7a2f3f2a9f12", "channel": "incidents", "pages": "https://recovery.university.example/p",
              "secret": "env:BOT", "serviceUrl": "https://smba.trafficmanager.net/emea/", "mailFrom": "recovery@university.example", "sms": "env:SMS", "onCall": "5d3ad6a2-6b61-4f0c-9c4b-7a2f3f2a9f13" }
            """, StringComparison.Ordinal));

        Assert.Equal("19:a_B-1@thread.tacv2", environment.Channels["incidents"].Channel);
        Assert.Equal(new TeamsTarget(new("5d3ad6a2-6b61-4f0c-9c4b-7a2f3f2a9f11"), new("5d3ad6a2-6b61-4f0c-9c4b-7a2f3f2a9f12"), "incidents", new("https://recovery.university.example/p"))
        {
            Secret = new("env:BOT"), ServiceUrl = new("https://smba.trafficmanager.net/emea/"), MailFrom = "recovery@university.example", Sms = new("env:SMS"), OnCall = new Guid("5d3ad6a2-6b61-4f0c-9c4b-7a2f3f2a9f13"),
        }, environment.Teams);
        Assert.Null(EnvironmentText.Valid(EnvironmentText.Drill).Teams);
    }

    [Fact]
    public void What_is_no_object_is_no_environment() => Marked.Check("PB1101", "§[ ]", EnvironmentText.Errors);

    [Theory]
    [InlineData("\"deadLetter\": \"grading-jobs-dead\", \"work\": \"grading-jobs\", ", "")]
    [InlineData("{ \"storage\": \"main\", \"container\": \"evidence\" },\n  \"anchor\": { \"storage\": \"anchor\", \"container\": \"heads\" }", "{ \"container\": \"a1b\" },\n  \"anchor\": { \"container\": \"a1b\" }")]
    public void Two_things_that_are_missing_are_not_said_to_be_the_same(string part, string other)
    {
        Assert.Contains(part, EnvironmentText.Drill, StringComparison.Ordinal);
        Assert.Equal(["PB1102"], EnvironmentText.Errors(EnvironmentText.Drill.Replace(part, other, StringComparison.Ordinal)).Select(error => error.Code).Distinct());
    }

    [Fact]
    public void A_live_environment_takes_neither_drill_settings_nor_faults() =>
        Assert.Equal(["PB3006", "PB3006"], EnvironmentText.Errors(EnvironmentText.Drill.Replace("\"kind\": \"drill\"", "\"kind\": \"live\"", StringComparison.Ordinal)).Select(error => error.Code));

    [Fact]
    public void A_secret_in_the_file_is_not_repeated_in_its_error() =>
        Assert.DoesNotContain("abc", EnvironmentText.Errors(EnvironmentText.Drill.Replace("env:DRILL_STORAGE", "AccountKey=abc", StringComparison.Ordinal)).Single().ToString(), StringComparison.Ordinal);

    [Fact]
    public void An_environment_binds_names_to_targets()
    {
        var environment = EnvironmentText.Valid(EnvironmentText.Drill);

        Assert.Equal(("drill", EnvironmentKind.Drill), (environment.Name, environment.Kind));
        Assert.Equal(new SecretReference("env:DRILL_STORAGE"), environment.Storage["main"].ConnectionString);
        Assert.Equal(new ContainerTarget("main", "artifacts", "grading/"), environment.Models["grading"].Artifacts.At);
        Assert.Equal("golden/grading.json", environment.Models["grading"].Suites["golden"]);
        Assert.Equal(("main", "golden"), (environment.Models["grading"].Gateway, environment.Models["grading"].DefaultSuite));
        Assert.Equal("jobId", environment.Queues["grading-jobs"].Key!.Text);
        Assert.Equal(["approver@university.example"], environment.Roles["ml-approvers"]);
        Assert.Equal(new DrillSettings(TimeSpan.FromSeconds(5), true, "drill-script"), environment.Drill);
        Assert.Equal(["https://status.university.example"], environment.HttpOrigins);
    }

    [Fact]
    public void An_expression_of_a_queue_may_stand_in_the_brackets_of_a_playbook() =>
        Assert.Equal("jobId", EnvironmentText.Valid(EnvironmentText.Drill.Replace("\"key\": \"jobId\"", "\"key\": \"${ jobId }\"", StringComparison.Ordinal)).Queues["grading-jobs"].Key!.Text.Trim());

    [Theory]
    [InlineData("\"main\": { \"connectionString\": \"env:DRILL_STORAGE\" }", "\"main\": { \"queueUrl\": \"https://a.example/\" }")]
    [InlineData("\"main\": { \"connectionString\": \"env:DRILL_STORAGE\" }", "\"main\": { \"tableUrl\": \"https://a.example/\" }")]
    [InlineData("[\"https://status.university.example\"]", "[]")]
    public void An_environment_may_leave_out_what_it_does_not_use(string part, string other)
    {
        Assert.Contains(part, EnvironmentText.Drill, StringComparison.Ordinal);
        Assert.Empty(EnvironmentText.Errors(EnvironmentText.Drill.Replace(part, other, StringComparison.Ordinal)));
    }

    [Fact]
    public void What_an_environment_leaves_out_is_no_more_than_nothing()
    {
        var environment = EnvironmentText.Valid("""
            { "name": "small", "kind": "drill", "storage": { "main": { "connectionString": "env:A" }, "anchor": { "connectionString": "env:B" } },
              "evidence": { "storage": "main", "container": "evidence" }, "anchor": { "storage": "anchor", "container": "heads" },
              "signing": { "artifactsPublic": "file:a.pem", "evidence": "file:b.pem" }, "drill": {} }
            """);

        Assert.Equal(("", new DrillSettings(null, false, null)), (environment.Evidence.Prefix, environment.Drill));
        Assert.Empty(environment.HttpOrigins);
    }
}
