using System.Globalization;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Core.Decisions;

/// <summary><c>wait</c>: for a time, until an instant, or for something to happen.</summary>
internal static class WaitSteps
{
    public static void Begin(Deciding d, StepAt at, Step.Wait step)
    {
        switch (step.For)
        {
            case WaitFor.Duration duration:
                Start(d, at, d.Now + duration.Time);
                break;
            case WaitFor.Signal signal:
                Start(d, at, d.Now + signal.Within);
                break;
            case WaitFor.Instant instant:
                var resolved = instant.At.Evaluate(Scope.For(d.Run, at.Place.Body));
                if (resolved.Value?.AsString() is { } text
                    && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var until))
                    Start(d, at, until < d.Now + instant.Latest ? until : d.Now + instant.Latest);
                else
                    Failing.Fail(d, at, ErrorKind.Invalid, $"'until' gives no instant: {resolved.Error?.Message ?? resolved.Value!.Text}");
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    public static void Decide(Deciding d, StepAt at, StepState.Waiting waiting)
    {
        if (waiting.Signal is { } name && d.Run.Signals.TryGetValue(name, out var signal) && signal.At < waiting.Until)
            d.State(new RunEvent.StepSucceeded(at.Path, signal.Payload, d.Now));
        else if (d.Due("wait/" + at.Path, waiting.Until))
        {
            if (waiting.Signal is null)
                d.State(new RunEvent.StepSucceeded(at.Path, JsonData.EmptyObject, d.Now));
            else
                Failing.Fail(d, at, ErrorKind.Timeout, $"'{waiting.Signal}' did not come until {Decider.Instant(waiting.Until)}.");
        }
    }

    private static void Start(Deciding d, StepAt at, DateTimeOffset until) =>
        d.State(new RunEvent.StepStarted(at.Path, d.Now) { Until = until });
}
