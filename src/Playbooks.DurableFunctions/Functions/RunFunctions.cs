using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Playbooks.DurableFunctions.Host;
using Playbooks.DurableFunctions.Orchestration;

namespace Playbooks.DurableFunctions.Functions;

/// <summary>A run's orchestration and its activities. Names stand in histories: a promise.</summary>
internal sealed class RunFunctions(AzureHost host, DurableInstances instances)
{
    public const string Orchestrator = "run";
    public const string Signal = "signal";

    [Function(Orchestrator)]
    public static Task<string> Run([OrchestrationTrigger] TaskOrchestrationContext context) => RunOrchestrator.RunAsync(new DurableContext(context));

    [Function(ActivityNames.Append)]
    public Task<string> Append([ActivityTrigger] string input, [DurableClient] DurableTaskClient client, FunctionContext context) => ExecuteAsync(ActivityNames.Append, input, client, context);

    [Function(ActivityNames.Act)]
    public Task<string> Act([ActivityTrigger] string input, [DurableClient] DurableTaskClient client, FunctionContext context) => ExecuteAsync(ActivityNames.Act, input, client, context);

    [Function(ActivityNames.Tell)]
    public Task<string> Tell([ActivityTrigger] string input, [DurableClient] DurableTaskClient client, FunctionContext context) => ExecuteAsync(ActivityNames.Tell, input, client, context);

    [Function(ActivityNames.Anchor)]
    public Task<string> Anchor([ActivityTrigger] string input, [DurableClient] DurableTaskClient client, FunctionContext context) => ExecuteAsync(ActivityNames.Anchor, input, client, context);

    [Function(ActivityNames.Show)]
    public Task<string> Show([ActivityTrigger] string input, [DurableClient] DurableTaskClient client, FunctionContext context) => ExecuteAsync(ActivityNames.Show, input, client, context);

    [Function(ActivityNames.RaiseAlert)]
    public Task<string> RaiseAlert([ActivityTrigger] string input, [DurableClient] DurableTaskClient client, FunctionContext context) => ExecuteAsync(ActivityNames.RaiseAlert, input, client, context);

    /// <summary>The host gives each invocation an id of its own: a repeat of a call is another one.</summary>
    private Task<string> ExecuteAsync(string activity, string input, DurableTaskClient client, FunctionContext context)
    {
        instances.Use(client);
        return host.Activities.ExecuteAsync(activity, input, context.InvocationId, context.CancellationToken);
    }

    /// <summary>Word for word: it decides nothing.</summary>
    private sealed class DurableContext(TaskOrchestrationContext context) : IOrchestration
    {
        public string InstanceId => context.InstanceId;

        public DateTimeOffset Now => new(DateTime.SpecifyKind(context.CurrentUtcDateTime, DateTimeKind.Utc));

        public string Input { get; } = context.GetInput<string>() ?? "";

        public Task<string> ActAsync(string activity, string input) => context.CallActivityAsync<string>(activity, input);

        public Task TimerAsync(DateTimeOffset dueAt, CancellationToken cancellationToken) => context.CreateTimer(dueAt.UtcDateTime, cancellationToken);

        public Task<string> NextSignalAsync() => context.WaitForExternalEvent<string>(Signal);

        public void ContinueAsNew(string input) => context.ContinueAsNew(input, preserveUnprocessedEvents: true);

        public void SetStatus(string status) => context.SetCustomStatus(status);
    }
}
