using Playbooks.Sqlite;

namespace Playbooks.Disk.Tests.Cards;

/// <summary>The way from the host to Teams: before a message is sent, and after Teams has it and before the host hears so, lies a point to be killed at.</summary>
internal sealed class CrashingNetwork() : DelegatingHandler(new SocketsHttpHandler())
{
    private TaskCompletionSource answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends with the next answer.</summary>
    public Task Answered => Volatile.Read(ref answered).Task;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var what = request.Method == HttpMethod.Post ? "post" : request.Method == HttpMethod.Put ? "update" : null;
        if (what is not null)
            CrashPoint.Hit($"{what}:before");
        var answer = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (what is not null)
            CrashPoint.Hit($"{what}:after");
        Interlocked.Exchange(ref answered, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        return answer;
    }
}
