using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Playbooks.Gateway.State;

/// <summary>One change of a model's state: who put it where, when and why.</summary>
/// <param name="Generation">1 for the first state, then one more with each change.</param>
/// <param name="Mode">The best rung that may serve.</param>
/// <param name="Percent">Share of the requests that go to the model, 0 to 100; 0 unless the mode is <see cref="Rung.Model"/>.</param>
/// <param name="ChangedBy">Who: <c>key:NAME</c>, <c>entra:OID</c>, <c>run:ID</c>, <c>cli:USER</c>, <c>gateway:REPLICA</c>. At most 256 characters.</param>
/// <param name="ChangedAt">When, by the clock of the writer.</param>
/// <param name="Reason">Why, in words; at most 500 characters.</param>
/// <param name="Key">The effect key of the command that wanted it, or null: by it a writer whose answer was lost knows its own change.</param>
public sealed record Change(
    long Generation, Rung Mode, int Percent, string ChangedBy, DateTimeOffset ChangedAt, string Reason, string? Key);

/// <summary>
/// What a model's state blob holds: the current change and those before it. It is only ever replaced whole, by
/// If-Match on what its writer read (If-None-Match: * for the first), so of two racing writers exactly one wins.
/// </summary>
/// <param name="Model">The model's name.</param>
/// <param name="Current">The change that counts.</param>
/// <param name="Earlier">The changes before it, oldest first, at most <see cref="EarlierLimit"/>; so who changed what is as durable as the change itself.</param>
public sealed record ModelState(string Model, Change Current, IReadOnlyList<Change> Earlier)
{
    public const int EarlierLimit = 63;
    public const int ReasonLimitCharacters = 500;
    public const int ChangedByLimitCharacters = 256;
    public const int KeyLimitCharacters = 128;
    public const int SizeLimitBytes = 256 * 1024;

    public static ModelState First(string model, Change change) => new(model, change with { Generation = 1 }, []);

    /// <summary>The state after <paramref name="change"/>, whose generation is set here.</summary>
    public ModelState Next(Change change) => new(
        Model,
        change with { Generation = Current.Generation + 1 },
        [.. Earlier.Append(Current).TakeLast(EarlierLimit)]);

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, GatewayJson.Options);

    /// <summary>Reads a state; what a gateway cannot understand wholly it must not act on.</summary>
    /// <returns>False with the problem in words when the text is not a valid state of <paramref name="model"/>.</returns>
    public static bool TryParse(
        string model, ReadOnlySpan<byte> json, [NotNullWhen(true)] out ModelState? state, [NotNullWhen(false)] out string? problem)
    {
        state = null;
        try
        {
            state = JsonSerializer.Deserialize<ModelState>(json, GatewayJson.Options);
            problem = state switch
            {
                null => "the state is null",
                { Current: null } or { Earlier: null } => "the state lacks `current` or `earlier`",
                _ when state.Model != model => $"the state is of model \"{state.Model}\"",
                _ => Problem(state.Current),
            };
        }
        catch (JsonException e)
        {
            problem = e.Message;
        }
        if (problem is not null) state = null;
        return problem is null;
    }

    /// <summary>What is wrong with a change, or null.</summary>
    public static string? Problem(Change change) => change switch
    {
        { Generation: < 1 } => "`generation` must be at least 1",
        { Percent: < 0 or > 100 } => "`percent` must be between 0 and 100",
        { Mode: not Rung.Model, Percent: not 0 } => "`percent` must be 0 unless the mode is model",
        { Reason: null or "" } => "`reason` must say why",
        { Reason.Length: > ReasonLimitCharacters } => $"`reason` has more than {ReasonLimitCharacters} characters",
        { ChangedBy: null or "" } => "`changedBy` must say who",
        { ChangedBy.Length: > ChangedByLimitCharacters } => $"`changedBy` has more than {ChangedByLimitCharacters} characters",
        { Key.Length: > KeyLimitCharacters } => $"`key` has more than {KeyLimitCharacters} characters",
        _ => null,
    };
}
