using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.Web.Access;

namespace Playbooks.Hosting;

/// <summary>Starts runs in the environment in which a host works: of playbooks that fit it, also by their names, as callers from outside give them.</summary>
public sealed class NamedStarts(IRuns runs, PlaybookLibrary library, DeploymentEnvironment environment)
{
    public async Task<StartResult> StartAsync(StartRequest request, CancellationToken cancellationToken)
    {
        var misfits = EnvironmentFit.Check(request.Playbook, request.Environment, request.Playbook.Name, asDrill: request.Mode == RunMode.Drill);
        return misfits.IsEmpty ? await runs.StartAsync(request, cancellationToken) : new StartResult.Rejected([.. misfits.Select(misfit => misfit.ToString())]);
    }

    public async Task<StartAnswer> StartAsync(StartBody body, Caller caller, CancellationToken cancellationToken)
    {
        try
        {
            if (environment.Name != body.Environment)
                return new StartAnswer("rejected", null, [$"This host works in {environment.Name}; start one for {body.Environment} with 'playbooks serve -e {body.Environment}'."]);
            if (body.Mode == RunMode.Live && environment.Kind == EnvironmentKind.Drill)
                return new StartAnswer("rejected", null, [$"{environment.Name} is a drill environment; 'playbooks drill' runs there."]);
            var playbook = library.Load(body.Playbook);
            // The host may read other files than whoever planned, or have read its environment before it was changed.
            if ((body.PlaybookDigest ?? playbook.Digest) != playbook.Digest || (body.EnvironmentDigest ?? environment.Digest) != environment.Digest)
                return new StartAnswer("rejected", null, ["The host has another text of the playbook or of the environment than the plan. Restart it, or plan again."]);
            var request = new StartRequest(body.RequestId, playbook, environment, body.Mode, body.Inputs ?? JsonData.EmptyObject, null, caller.Person, null, body.DetectedAt, body.DetectedReason);
            var result = await StartAsync(request, cancellationToken);
            return StartAnswer.Of(result, request, result is StartResult.Started { RunId: var runId } ? (await runs.FindAsync(runId, cancellationToken))?.Started : null);
        }
        catch (HostSettingException wrong)
        {
            return new StartAnswer("rejected", null, [wrong.Message]);
        }
    }
}
