using Playbooks.Core.Decisions;
using Playbooks.DurableFunctions.Activities;
using Playbooks.DurableFunctions.Orchestration;

namespace Playbooks.Tests.Simulation;

/// <summary>The activities with one of the planted defects around them.</summary>
internal sealed class PlantedActivities(Planted planted)
{
    private readonly Dictionary<(string Run, string Path), RunEvent.ActionSucceeded> done = [];

    /// <summary>What an append says that has been written.</summary>
    internal static string AnswerOf(string append)
    {
        var call = Call.Read<Call.Append>(append);
        return Answers.Write(call.At.Append(call.Events).Next);
    }

    internal Task<string> ExecuteAsync(RunActivities activities, string activity, string input, string owner)
    {
        return (planted, activity) switch
        {
            (Planted.ActsAfterFailedCommit or Planted.FenceIgnored, ActivityNames.Append) => Appended(Execute(), input),
            (Planted.OutcomeOfAnyAttempt, ActivityNames.Act) => Acted(Execute, Call.Read<Call.Act>(input)),
            _ => Execute(),
        };

        Task<string> Execute() => activities.ExecuteAsync(activity, input, owner, CancellationToken.None);
    }

    private async Task<string> Appended(Task<string> answer, string input)
    {
        try
        {
            var text = await answer.ConfigureAwait(false);
            return text.Length == 0 && planted == Planted.FenceIgnored ? AnswerOf(input) : text;
        }
        catch (IOException) when (planted == Planted.ActsAfterFailedCommit)
        {
            return AnswerOf(input);
        }
    }

    /// <summary>What one attempt of a step has come to is what every other one comes to.</summary>
    private async Task<string> Acted(Func<Task<string>> execute, Call.Act call)
    {
        if (done.TryGetValue((call.RunId, call.Id.Path), out var known))
            return Answers.Write(known with { Id = call.Id });
        var text = await execute().ConfigureAwait(false);
        if (Answers.ReadEvent(text) is RunEvent.ActionSucceeded succeeded)
            done[(call.RunId, call.Id.Path)] = succeeded;
        return text;
    }
}
