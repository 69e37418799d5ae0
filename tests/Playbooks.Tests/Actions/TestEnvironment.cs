using System.Collections.Immutable;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Tests.Actions;

/// <summary>An environment and calls in it, built by hand: what the loader would make of a file.</summary>
internal static class TestEnvironment
{
    public static readonly DateTimeOffset Now = new(2026, 11, 24, 3, 0, 0, TimeSpan.Zero);

    public static DeploymentEnvironment Of(EnvironmentKind kind) => new()
    {
        Name = "test",
        Kind = kind,
        Evidence = new ContainerTarget("evidence", "evidence"),
        Anchor = new ContainerTarget("anchor", "anchor"),
        Signing = new SigningKeys(null, new SecretReference("env:NONE"), new SecretReference("env:NONE")),
        Text = "{}",
        Digest = new string('0', 64),
    };

    public static ActionCall Call(string action, params (string, JsonData)[] inputs) =>
        new("run-1", RunMode.Live, Of(EnvironmentKind.Live), new Command.RunAction(new CommandId("step", Purpose.Do, 0, 1, 0), "key-1",
            Catalogue.Find(action)!, JsonData.Object(inputs), Now.AddMinutes(1), null, false));

    public static ImmutableArray<string> NamesOfCatalogue => [.. Catalogue.Actions.Select(action => action.Name).Order(StringComparer.Ordinal)];
}
