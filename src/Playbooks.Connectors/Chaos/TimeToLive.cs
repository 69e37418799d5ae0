using System.Globalization;
using Playbooks.Core;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Connectors.Chaos;

/// <summary>How long an injection lasts. The target keeps it, so that it ends though our engine is dead.</summary>
internal static class TimeToLive
{
    /// <summary>A drill that needs longer is no drill; and a mistake in it must not last.</summary>
    public static readonly TimeSpan Max = TimeSpan.FromDays(1);
    /// <summary>Queues count whole seconds.</summary>
    public static readonly TimeSpan Min = TimeSpan.FromSeconds(1);

    /// <exception cref="ActionFailedException">Invalid: no duration between <see cref="Min"/> and <see cref="Max"/>.</exception>
    public static TimeSpan Of(ActionCall call)
    {
        var text = call.Inputs["ttl"]?.AsString() ?? "";
        return IsoDuration.Parse(text) is { } time && time >= Min && time <= Max ? time
            : throw new ActionFailedException(ErrorKind.Invalid,
                $"ttl must be a duration from {IsoDuration.Format(Min)} to {IsoDuration.Format(Max)}, for example PT1H; it is {text}.");
    }

    public static JsonData Json(DateTimeOffset until) => JsonData.Of(until.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture));
}
