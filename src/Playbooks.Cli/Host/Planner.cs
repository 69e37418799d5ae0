using Playbooks.Connectors.Storage;
using Playbooks.Connectors;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.Core.Planning;
using Playbooks.Core;
using Playbooks.Hosting;

namespace Playbooks.Cli.Host;

/// <summary>Makes plans: the playbook's actions, each held against what the world looks like now. Reads only.</summary>
internal sealed class Planner(PlaybookLibrary library, TimeProvider time)
{
    /// <exception cref="CliException">The inputs do not fit, or the playbook does not fit the environment.</exception>
    public async Task<RunPlan> MakeAsync(Playbook playbook, DeploymentEnvironment environment, JsonData given, CancellationToken cancellationToken)
    {
        if (EnvironmentFit.Check(playbook, environment, playbook.Name) is { IsEmpty: false } misfits)
            throw new CliException(ExitCodes.WrongInput, string.Join(Environment.NewLine, misfits));
        if (RunInputs.Of(playbook.Inputs, given) is not RunInputs.Accepted { Values: var inputs })
            throw new CliException(ExitCodes.WrongInput, string.Join(Environment.NewLine, ((RunInputs.Refused)RunInputs.Of(playbook.Inputs, given)).Reasons));
        var secrets = new Secrets();
        var actions = AllActions.Create(new ActionHost(new StorageClients(secrets), secrets, time)
        {
            SuiteFolder = library.Environments,
            Notify = (_, _, _) => throw new InvalidOperationException("A plan tells nobody anything."),
            ReadJournal = (_, _) => throw new InvalidOperationException("A plan has no journal."),
        });
        var steps = PlannedStep.Of(playbook, inputs);
        var lines = new List<PlanLine>();
        foreach (var step in steps)
        {
            var seen = await actions.ProbeAsync(Look(step, environment), cancellationToken);
            lines.Add(new PlanLine(step.StepId, step.Line, step.Action.Name, step.Action.Effect, TargetOf(step), step.MayNotRun, seen.Ready, seen.Now, seen.After, step.Unknown));
        }
        return new RunPlan(RunPlan.CurrentFormat, playbook.Name, playbook.Version, playbook.Digest, environment.Name, environment.Digest, inputs, time.GetUtcNow(), PlanCounts.Of(steps), [.. lines]);
    }

    private ActionCall Look(PlannedStep step, DeploymentEnvironment environment) => new("plan", environment.Kind == EnvironmentKind.Drill ? RunMode.Drill : RunMode.Live, environment,
        new Command.RunAction(new CommandId(step.StepId, Purpose.Do, 0, 1, 0), "plan", step.Action, step.Inputs, time.GetUtcNow() + Limits.TimeoutDefault, null, false));

    private static string? TargetOf(PlannedStep step) =>
        step.Action.Inputs.Where(input => input.Refers is Refers.Model or Refers.Queue or Refers.Channel || input.Name == "url").Select(input => step.Inputs[input.Name]?.AsString()).FirstOrDefault(name => name is not null);
}
