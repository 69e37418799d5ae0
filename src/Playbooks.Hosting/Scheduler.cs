using Cronos;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.Web.Access;

namespace Playbooks.Hosting;

/// <summary>
/// Starts what playbooks schedule. A start carries the scheduled instant in its request id, so it happens once however often it is tried.
/// A time that was missed is run once at start when it is at most <see cref="MissedAtMost"/> ago; older ones are left out.
/// </summary>
public sealed class Scheduler(Func<StartRequest, CancellationToken, Task<StartResult>> start, IReadOnlyList<Playbook> playbooks, DeploymentEnvironment environment, TimeProvider time, Action<string> say)
{
    public static readonly TimeSpan MissedAtMost = TimeSpan.FromHours(1);
    private static readonly TimeSpan WaitAtMost = TimeSpan.FromDays(1);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var from = time.GetUtcNow() - MissedAtMost;
        while (!cancellationToken.IsCancellationRequested)
        {
            var now = time.GetUtcNow();
            await LookAsync(from, now, cancellationToken);
            from = now;
            var next = Schedules().Select(schedule => schedule.Cron.GetNextOccurrence(now.UtcDateTime)).Min();
            var wait = next is { } instant && instant - now.UtcDateTime < WaitAtMost ? instant - now.UtcDateTime : WaitAtMost;
            await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.FromMilliseconds(1), time, cancellationToken);
        }
    }

    /// <summary>Starts what has become due after an instant, up to another.</summary>
    public async Task LookAsync(DateTimeOffset after, DateTimeOffset until, CancellationToken cancellationToken)
    {
        foreach (var (playbook, trigger, cron) in Schedules())
        {
            // Of several missed times only the last is made up for.
            if (cron.GetOccurrences(after.UtcDateTime, until.UtcDateTime, fromInclusive: false, toInclusive: true).LastOrDefault() is var due && due != default)
                await StartAsync(playbook, trigger, due, cancellationToken);
        }
    }

    private IEnumerable<(Playbook Playbook, Trigger.OnSchedule Trigger, CronExpression Cron)> Schedules() =>
        from playbook in playbooks
        from trigger in playbook.Triggers.OfType<Trigger.OnSchedule>()
        where trigger.Drill == (environment.Kind == EnvironmentKind.Drill)
        select (playbook, trigger, CronExpression.Parse(trigger.Cron));

    private async Task StartAsync(Playbook playbook, Trigger.OnSchedule trigger, DateTime due, CancellationToken cancellationToken)
    {
        var inputs = JsonTemplate.ResolveFields(trigger.Inputs, JsonData.EmptyObject);
        if (inputs.Error is { } error)
        {
            say($"{playbook.Name} could not start at {due:u}: {error.Message}");
            return;
        }
        var request = new StartRequest($"schedule/{playbook.Name}/{trigger.Cron}/{due:O}", playbook, environment, trigger.Drill ? RunMode.Drill : RunMode.Live,
            inputs.Value!, null, "schedule", null, null, null);
        var answer = StartAnswer.Of(await start(request, cancellationToken), request, started: null);
        say($"{playbook.Name}, due {due:u}: {answer.Result} {answer.RunId} {string.Join(' ', answer.Reasons)}");
    }
}
