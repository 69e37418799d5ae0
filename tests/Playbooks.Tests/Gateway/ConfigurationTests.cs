using System.Text;
using Playbooks.Gateway.Configuration;

namespace Playbooks.Tests.Gateway;

public class ConfigurationTests
{
    [Fact]
    public void All_errors_are_told_at_once_with_their_places()
    {
        var (options, errors) = Read("""
            {
              "gateway": "Campus!", "surprise": 1,
              "listen": { "dataPort": 70000, "controlAddress": "0.0.0.0" },
              "storage": { "container": "state" },
              "control": { "keys": [] },
              "models": [
                { "name": "grading", "model": { "address": "ftp://x", "timeoutSeconds": "soon", "breaker": { "failurePercent": 0 } }, "rules": {} },
                { "name": "grading", "model": {} }
              ]
            }
            """);
        Assert.Null(options);
        Assert.Equal(
            [
                "$.gateway: \"Campus!\" must match ^[a-z0-9-]{1,64}$",
                "$.dataDirectory: is missing; it may also be given with --data-directory",
                "$.listen.controlAddress: a key sent to another machine needs TLS: listen on loopback, or set controlBehindTls where a proxy before this listener provides it",
                "$.listen.dataPort: must be a whole number between 0 and 65535",
                "$.storage.accountUrl: give exactly one of accountUrl, connectionString, connectionStringVariable",
                "$.control.keys: must have between 1 and 16 items",
                "$.models[0].model.address: \"ftp://x\" must be an http or https address without user or query",
                "$.models[0].model.timeoutSeconds: must be a number of seconds",
                "$.models[0].model.breaker.failurePercent: must be a whole number between 1 and 100",
                "$.models[0].rules.answers: give either answers or service",
                "$.models[0].rules.answers: is missing",
                "$.models[1].model.address: is missing",
                "$.surprise: is not known here; known are control, dataDirectory, gateway, listen, models, replica, storage",
            ], errors);
    }

    [Fact]
    public void A_fallback_that_might_say_what_must_never_be_said_is_refused()
    {
        var (_, errors) = Read("""
            {
              "gateway": "shop", "dataDirectory": "/tmp/x",
              "storage": { "container": "state", "accountUrl": "https://shop.blob.core.windows.net" },
              "control": { "keys": [ { "name": "oncall", "file": "key" } ] },
              "models": [ {
                "name": "fraud", "neverAnswer": ["approve", "approved"],
                "model": { "address": "http://127.0.0.1:1" }, "previous": { "address": "http://127.0.0.1:2" },
                "rules": { "answers": [ { "body": { "decision": "Approve" } }, { "body": [ { "approved": true } ] }, { "body": { "decision": "review", "approved": false } } ] }
              } ]
            }
            """);
        Assert.Equal(
            [
                "$.models[0].rules.answers[0].body: says \"Approve\", which neverAnswer forbids",
                "$.models[0].rules.answers[1].body: says \"approved\", which neverAnswer forbids",
                "$.models[0].previous: an earlier version may say what neverAnswer forbids; leave this rung out",
            ], errors);
    }

    [Fact]
    public void What_is_no_JSON_object_is_an_error_and_not_an_exception()
    {
        Assert.Single(Read("").Errors);
        Assert.Equal(["$: must be an object"], Read("[]").Errors);
        Assert.Single(Read("""{"gateway":"a","gateway":"b"}""").Errors);
    }

    private static (GatewayOptions? Options, IReadOnlyList<string> Errors) Read(string json) => GatewayOptionsReader.Read(Encoding.UTF8.GetBytes(json));
}
