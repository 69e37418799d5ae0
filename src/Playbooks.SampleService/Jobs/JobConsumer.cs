using Azure;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Playbooks.Connectors;
using Playbooks.SampleService.Predicting;
using Playbooks.SampleService.Serving;

namespace Playbooks.SampleService.Jobs;

/// <summary>
/// Does the jobs of the work queue and writes each result once: the row of a key is created, never changed, so a job that comes twice
/// changes nothing. A job that fails three times goes to the dead-letter queue.
/// </summary>
internal sealed class JobConsumer(QueueClient jobs, QueueClient dead, TableClient results, ServedModel served, Faults? faults, TimeProvider time, ILogger log)
{
    public const int FailuresMax = 3;
    public const string ResultsPartition = "results";
    private const int BatchMaxLetters = 16;
    private static readonly TimeSpan Visibility = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromSeconds(1);

    /// <returns>Null for a service without jobs.</returns>
    public static JobConsumer? Of(ServiceStorage storage, ServedModel served, Faults? faults, TimeProvider time, ILogger log) =>
        storage is { Jobs: { } jobs, Dead: { } dead, Results: { } results } ? new JobConsumer(jobs, dead, results, served, faults, time, log) : null;

    /// <summary>Until cancelled. Storage that cannot be reached is tried again; a letter whose job was done but not deleted comes again and changes nothing.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var ready = false;
        while (true)
        {
            var done = 0;
            try
            {
                if (!ready)
                    await CreateAsync(cancellationToken);
                ready = true;
                if (served.Current is { } model && faults?.Current is not Fault.Down)
                    done = await DoBatchAsync(model, cancellationToken);
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested && FailureKinds.Of(failure) is { } known)
            {
                log.LogWarning("Jobs wait: {Problem}", known.Message);
            }
            if (done == 0)
                await Task.Delay(LookAgainAfter, time, cancellationToken);
        }
    }

    private async Task CreateAsync(CancellationToken cancellationToken)
    {
        await jobs.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        await dead.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        await results.CreateIfNotExistsAsync(cancellationToken);
    }

    private async Task<int> DoBatchAsync(LoadedModel model, CancellationToken cancellationToken)
    {
        var letters = (await jobs.ReceiveMessagesAsync(BatchMaxLetters, Visibility, cancellationToken)).Value;
        foreach (var letter in letters)
            await DoAsync(letter, model, cancellationToken);
        return letters.Length;
    }

    private async Task DoAsync(QueueMessage letter, LoadedModel model, CancellationToken cancellationToken)
    {
        var text = letter.Body.ToString();
        var job = Job.Read(text);
        var problem = Compute(job, model, out var answer);
        if (problem is null)
            await WriteOnceAsync(job, model, answer!, cancellationToken);
        else if (letter.DequeueCount < FailuresMax)
        {
            await WhileOursAsync(() => jobs.UpdateMessageAsync(letter.MessageId, letter.PopReceipt, visibilityTimeout: TryAgainAfter, cancellationToken: cancellationToken));
            return;
        }
        else
            await SendDeadAsync(letter, job.Dead(text, problem), cancellationToken);
        await WhileOursAsync(() => jobs.DeleteMessageAsync(letter.MessageId, letter.PopReceipt, cancellationToken));
    }

    /// <returns>Null when there is an answer, else the reason in a word.</returns>
    private string? Compute(Job job, LoadedModel model, out string? answer)
    {
        answer = null;
        if (faults?.Current is Fault.Error)
            return "model-error";
        if (job.Request is null)
            return "no-json";
        try
        {
            answer = model.Predictor.Predict(job.Request).Text;
            return null;
        }
        catch (BadRequestException)
        {
            return "bad-request";
        }
    }

    private async Task WriteOnceAsync(Job job, LoadedModel model, string answer, CancellationToken cancellationToken)
    {
        try
        {
            await results.AddEntityAsync(new TableEntity(ResultsPartition, job.RowKey)
            {
                ["Key"] = job.Key, ["Version"] = model.Version, ["Answer"] = answer, ["At"] = time.GetUtcNow(),
            }, cancellationToken);
        }
        catch (RequestFailedException there) when (there.Status == 409)
        {
            // The job's twin, or this one before a crash, has written it.
        }
    }

    /// <summary>The dead letter lives as long as the job would have: what a drill planted ends though it died again.</summary>
    private async Task SendDeadAsync(QueueMessage letter, string text, CancellationToken cancellationToken)
    {
        var left = letter.ExpiresOn is { } end ? end - time.GetUtcNow() : TimeSpan.FromDays(7);
        var timeToLive = left > NeverExpiresFrom ? Forever : left < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : left;
        await dead.SendMessageAsync(text, visibilityTimeout: null, timeToLive: timeToLive, cancellationToken: cancellationToken);
    }

    // The service shows a letter that never expires as one that does in the year 9999.
    private static readonly TimeSpan NeverExpiresFrom = TimeSpan.FromDays(365 * 100);
    private static readonly TimeSpan Forever = TimeSpan.FromSeconds(-1);

    private static async Task WhileOursAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (RequestFailedException gone) when (gone.Status is 400 or 404)
        {
            // It took longer than the letter was hidden: somebody else has it now, and its key keeps the result single.
        }
    }
}
