using System.Net;
using Playbooks.Core.Json;
using Playbooks.SampleService.Artifact;

namespace Playbooks.Tests.SampleService;

public class ServingTests
{
    private const string Basket = """{"items":["item-01"],"count":3}""";

    [Fact]
    public async Task Answers_come_from_the_artifact_and_say_which_version()
    {
        await using var rig = await SampleRig.StartAsync(SampleKind.Recommendations);
        var (status, answer) = await rig.AskAsync("/predict", Basket);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal((3, 1L), (answer["items"]!.Elements.Length, answer["version"]!.AsInt64()));
        var record = await rig.Stores.Open(rig.Environment, rig.Model).Records.ReadVersionAsync(1, TestContext.Current.CancellationToken);
        Assert.Equal(record.Digest, (await rig.AskAsync("/version")).Body["digest"]!.AsString());
    }

    [Fact]
    public async Task A_corrupted_version_is_picked_up_and_dropped_when_its_time_is_over_with_no_engine_at_all()
    {
        await using var rig = await SampleRig.StartAsync(SampleKind.Recommendations);
        var good = (await rig.AskAsync("/predict", Basket)).Body["items"];
        await rig.CorruptAsync(TimeSpan.FromMinutes(5));
        await rig.UntilVersionAsync(2);
        Assert.NotEqual(good, (await rig.AskAsync("/predict", Basket)).Body["items"]);
        rig.Time.Advance(TimeSpan.FromMinutes(5));
        await rig.UntilVersionAsync(1);
        Assert.Equal(good, (await rig.AskAsync("/predict", Basket)).Body["items"]);
    }

    [Fact]
    public async Task A_service_that_starts_before_anything_is_current_answers_503_and_then_serves_by_itself()
    {
        await using var rig = await SampleRig.StartAsync(SampleKind.Fraud, publish: false);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await rig.AskAsync("/predict", "{}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await rig.AskAsync("/reload", "{}")).Status);
        await rig.PublishAsync();
        await rig.UntilVersionAsync(1);
        Assert.Equal(HttpStatusCode.OK, (await rig.AskAsync("/reload", "{}")).Status);
    }

    [Fact]
    public async Task What_cannot_be_loaded_leaves_the_version_before_in_service()
    {
        await using var rig = await SampleRig.StartAsync(SampleKind.Fraud);
        var second = await rig.PublishAsync();
        rig.Blobs.Plant("models", $"fraud/objects/sha256/{second.Manifest.Files[0].Sha256}", "{}"u8.ToArray());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await rig.AskAsync("/reload", "{}")).Status);
        Assert.Equal(1L, (await rig.AskAsync("/version")).Body["version"]!.AsInt64());
    }

    [Theory]
    [InlineData(SampleKind.Recommendations, "no json")]
    [InlineData(SampleKind.Recommendations, """{"items":"item-01"}""")]
    [InlineData(SampleKind.Recommendations, """{"items":["item-01"],"count":0}""")]
    [InlineData(SampleKind.Recommendations, "{}")]
    [InlineData(SampleKind.Fraud, """{"amount":-1,"hour":1,"countryMismatch":false,"newDevice":false,"attemptsLastHour":0}""")]
    [InlineData(SampleKind.Fraud, """{"amount":1,"hour":24,"countryMismatch":false,"newDevice":false,"attemptsLastHour":0}""")]
    public async Task What_makes_no_sense_to_the_model_is_refused(SampleKind kind, string body)
    {
        await using var rig = await SampleRig.StartAsync(kind);
        Assert.Equal(HttpStatusCode.BadRequest, (await rig.AskAsync("/predict", body)).Status);
    }

    [Fact]
    public async Task A_fault_ends_when_its_time_is_over_and_its_key_does_not_renew_it()
    {
        await using var rig = await SampleRig.StartAsync(SampleKind.Recommendations);
        const string Order = """{"fault":"error","ttl":"PT1M","key":"effect-1"}""";
        var until = (await rig.AskAsync("/faults", Order)).Body["until"];
        Assert.Equal(HttpStatusCode.InternalServerError, (await rig.AskAsync("/predict", Basket)).Status);
        rig.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(until, (await rig.AskAsync("/faults", Order)).Body["until"]);
        Assert.Equal(HttpStatusCode.InternalServerError, (await rig.AskAsync("/predict", Basket)).Status);
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, (await rig.AskAsync("/predict", Basket)).Status);
    }

    [Fact]
    public async Task A_service_that_is_down_drops_the_connection_and_still_takes_faults()
    {
        await using var rig = await SampleRig.StartAsync(SampleKind.Fraud);
        await rig.AskAsync("/faults", """{"fault":"down","ttl":"PT15S"}""");
        await Assert.ThrowsAsync<HttpRequestException>(() => rig.AskAsync("/version"));
        Assert.Equal(JsonData.Of("error"), (await rig.AskAsync("/faults", """{"fault":"error","ttl":"PT15S"}""")).Body["fault"]);
        Assert.Equal(HttpStatusCode.OK, (await rig.AskAsync("/version")).Status);
    }

    [Theory]
    [InlineData("""{"fault":"slow"}""")]
    [InlineData("""{"fault":"slow","ttl":"P2D"}""")]
    [InlineData("""{"fault":"slow","ttl":"PT0S"}""")]
    [InlineData("""{"fault":"fire","ttl":"PT1M"}""")]
    public async Task A_fault_without_a_time_to_live_that_ends_soon_is_refused(string order)
    {
        await using var rig = await SampleRig.StartAsync(SampleKind.Fraud);
        Assert.Equal(HttpStatusCode.BadRequest, (await rig.AskAsync("/faults", order)).Status);
    }

    [Fact]
    public async Task Outside_drills_there_are_no_faults()
    {
        await using var rig = await SampleRig.StartAsync(SampleKind.Fraud, drill: false);
        Assert.Equal(HttpStatusCode.NotFound, (await rig.AskAsync("/faults", """{"fault":"error","ttl":"PT1M"}""")).Status);
    }
}
