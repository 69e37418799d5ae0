using System.Collections.Immutable;
using Playbooks.Core.Json;

namespace Playbooks.Connectors.Artifacts.Actions;

/// <summary>Where the search for a known-good version stands between two polls.</summary>
/// <param name="Version">The version being checked; 0 for none yet.</param>
/// <param name="NextFile">Index of its file to go on with.</param>
internal sealed record Search(int Version, int NextFile, ImmutableArray<PassedOver> PassedOver)
{
    public Search PassOver(int version, string why) => this with { PassedOver = PassedOver.Add(new PassedOver(version, why)) };

    public override string ToString() => JsonData.Object(("version", JsonData.Of(Version)), ("next", JsonData.Of(NextFile)),
        ("over", JsonData.Array(PassedOver.Select(one => one.ToJson())))).Text;

    /// <param name="token">Our own, from the poll before; null at the first.</param>
    public static Search Read(string? token)
    {
        if (token is null)
            return new Search(0, 0, []);
        var json = JsonData.Parse(token);
        return new Search((int)json["version"]!.AsInt64()!.Value, (int)json["next"]!.AsInt64()!.Value,
            [.. json["over"]!.Elements.Select(one => new PassedOver((int)one["version"]!.AsInt64()!.Value, one["why"]!.AsString()!))]);
    }
}

/// <summary>A validated version that cannot be trusted any more.</summary>
internal sealed record PassedOver(int Version, string Why)
{
    public JsonData ToJson() => JsonData.Object(("version", JsonData.Of(Version)), ("why", JsonData.Of(Why)));
}
