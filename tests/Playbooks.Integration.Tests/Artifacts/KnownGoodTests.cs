using System.Globalization;
using Playbooks.Connectors;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.Integration.Tests.Azurite;

namespace Playbooks.Integration.Tests.Artifacts;

[Collection(UsesAzurite.Name)]
public class KnownGoodTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_a_validation_makes_a_version_known_good()
    {
        using var rig = await ArtifactRig.NewAsync(azurite);
        await rig.PublishAsync("one", promote: true);
        Assert.Equal(ErrorKind.NotFound, Assert.IsType<Outcome.Failed>(await ChooseAsync(rig)).Kind);

        await rig.Publisher.ValidateAsync(rig.Environment, ArtifactRig.Model, 1, "qa", "golden", Cancelled);
        var two = await rig.PublishAsync("two", promote: true);

        var output = Assert.IsType<Outcome.Succeeded>(await ChooseAsync(rig)).Output;
        Assert.Equal((1L, 2L, two.Digest), (output["version"]!.AsInt64(), output["current"]!.AsInt64(), output["currentDigest"]!.AsString()));
        Assert.Equal(JsonData.EmptyArray, output["passedOver"]);
    }

    [Fact]
    public async Task Looking_says_what_is_current_and_whether_a_version_could_be_restored()
    {
        using var rig = await ArtifactRig.NewAsync(azurite);
        await rig.PublishAsync("one", promote: true);
        Assert.Equal("No version is validated, so there is nothing known good.", (await ProbeAsync("artifacts.lastKnownGood")).Now);
        await rig.Publisher.ValidateAsync(rig.Environment, ArtifactRig.Model, 1, "qa", "golden", Cancelled);
        await rig.PublishAsync("two", promote: true);
        var before = await rig.PointerAsync();

        Assert.Equal(new ProbeAnswer(true, "version 2 is current; validated: 1", "unchanged"), await ProbeAsync("artifacts.lastKnownGood"));
        Assert.Equal(new ProbeAnswer(true, "version 2 is current", "version 1 is current"), await ProbeAsync("artifacts.restore", ("version", JsonData.Of(1))));
        Assert.Equal("a version that the run finds is current", (await ProbeAsync("artifacts.restore")).After);
        Assert.False((await ProbeAsync("artifacts.restore", ("version", JsonData.Of(7)))).Ready);
        Assert.Equal(before, await rig.PointerAsync());

        Task<ProbeAnswer> ProbeAsync(string action, params (string, JsonData)[] inputs) => rig.Actions.ProbeAsync(rig.Call(action, "plan", inputs), Cancelled);
    }

    [Fact]
    public async Task The_newest_validation_before_the_incident_counts_not_the_newest_version()
    {
        using var rig = await ArtifactRig.NewAsync(azurite);
        await rig.PublishAsync("one", promote: true);
        await rig.PublishAsync("two");
        await rig.Publisher.ValidateAsync(rig.Environment, ArtifactRig.Model, 2, "qa", "golden", Cancelled);
        await rig.Publisher.ValidateAsync(rig.Environment, ArtifactRig.Model, 1, "qa", "golden", Cancelled);
        Assert.Equal(1, Version(await ChooseAsync(rig)));

        var first = await rig.Artifacts.Records.ReadValidationAsync(await rig.Artifacts.Records.ReadVersionAsync(1, Cancelled), rig.Artifacts.Verifier, Cancelled);
        Assert.Equal(2, Version(await ChooseAsync(rig, first!.ValidatedAt)));
    }

    [Theory]
    [InlineData("file")]
    [InlineData("version")]
    [InlineData("validation")]
    public async Task A_known_good_version_that_is_damaged_is_passed_over_and_named(string part)
    {
        using var rig = await ArtifactRig.NewAsync(azurite);
        await rig.PublishAsync("old", validate: true);
        var recent = await rig.PublishAsync("recent", validate: true);
        await rig.PublishAsync("bad", promote: true);
        var blob = part switch
        {
            "file" => rig.ObjectOf(recent),
            "version" => rig.Artifacts.Records.VersionBlob(2),
            _ => rig.Artifacts.Records.ValidationBlob(2),
        };
        await ArtifactRig.DamageAsync(blob, bytes => [.. bytes[..^2], (byte)(bytes[^2] ^ 1), bytes[^1]]);

        var outcome = await ChooseAsync(rig);

        Assert.Equal(1, Version(outcome));
        var passedOver = Assert.Single(((Outcome.Succeeded)outcome).Output["passedOver"]!.Elements);
        Assert.Equal(2, passedOver["version"]!.AsInt64());
        Assert.NotEmpty(passedOver["why"]!.AsString()!);
    }

    [Fact]
    public async Task When_every_known_good_version_is_damaged_that_is_said()
    {
        using var rig = await ArtifactRig.NewAsync(azurite);
        var one = await rig.PublishAsync("one", promote: true, validate: true);
        await ArtifactRig.DamageAsync(rig.ObjectOf(one), bytes => [.. bytes, 0]);
        var failure = Assert.IsType<Outcome.Failed>(await ChooseAsync(rig));
        Assert.Equal(ErrorKind.Integrity, failure.Kind);
        Assert.Contains("part0.json", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_validation_is_made_once_and_only_of_what_verifies()
    {
        using var rig = await ArtifactRig.NewAsync(azurite);
        var one = await rig.PublishAsync("one", validate: true);
        Assert.Equal(ErrorKind.Conflict, (await Assert.ThrowsAsync<ActionFailedException>(() =>
            rig.Publisher.ValidateAsync(rig.Environment, ArtifactRig.Model, 1, "qa", "golden", Cancelled))).Kind);
        await ArtifactRig.DamageAsync(rig.ObjectOf(one), bytes => [.. bytes, 0]);
        Assert.Equal(ErrorKind.Integrity, (await Assert.ThrowsAsync<ActionFailedException>(() =>
            rig.Publisher.ValidateAsync(rig.Environment, ArtifactRig.Model, 1, "qa", "golden", Cancelled))).Kind);
    }

    [Fact]
    public async Task A_list_says_what_is_current_validated_and_damaged()
    {
        using var rig = await ArtifactRig.NewAsync(azurite);
        await rig.PublishAsync("one", validate: true);
        await rig.PublishAsync("two", promote: true);
        await rig.PublishAsync("three");
        await ArtifactRig.DamageAsync(rig.Artifacts.Records.VersionBlob(3), bytes => [.. bytes, (byte)'x']);

        var list = await rig.Publisher.ListAsync(rig.Environment, ArtifactRig.Model, Cancelled);

        Assert.Equal([(1, false, true, false), (2, true, false, false), (3, false, false, true)],
            list.Select(one => (one.Version, one.IsCurrent, one.Validation is not null, one.Wrong is not null)));
    }

    private static Task<Outcome> ChooseAsync(ArtifactRig rig, DateTimeOffset? before = null) => before is { } at
        ? rig.DoAsync("artifacts.lastKnownGood", "k", ("before", JsonData.Of(at.ToString("O", CultureInfo.InvariantCulture))))
        : rig.DoAsync("artifacts.lastKnownGood", "k");

    private static long? Version(Outcome outcome) => Assert.IsType<Outcome.Succeeded>(outcome).Output["version"]!.AsInt64();
}
