using System.Globalization;
using System.Security.Cryptography;
using Playbooks.Core;
using Playbooks.Core.Cards;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.Tests.Web.Teams;

namespace Playbooks.Disk.Tests.Cards;

/// <summary>
/// Posts cards as the connector does, with its effects in the same order: the message first, then the event that remembers it; a card that the run knows is
/// changed in its place, and an open one that another life posted is given a new secret, because secrets lie nowhere. And the one action, which keeps what it did.
/// </summary>
internal sealed class CardPoster(string folder, ChatFile chat) : IPeople, IActions, IAnchors, IDisposable
{
    private const int NonceBytes = 32;

    private readonly SemaphoreSlim gate = new(1);
    private readonly Dictionary<string, string> nonces = new(StringComparer.Ordinal);

    /// <summary>Set once the engine is open; it shows what is asked while it opens.</summary>
    public TaskCompletionSource<IRuns> Runs { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static string EffectsIn(string folder) => Path.Combine(folder, "effects");

    public Task<Outcome> ExecuteAsync(ActionCall call, CancellationToken cancellationToken)
    {
        // Keyed, as its target is.
        if (!File.Exists(EffectsIn(folder)) || !File.ReadAllLines(EffectsIn(folder)).Contains(call.Command.Key))
            File.AppendAllText(EffectsIn(folder), call.Command.Key + "\n");
        return Task.FromResult<Outcome>(new Outcome.Succeeded(JsonData.EmptyObject));
    }

    public Task<string> TellAsync(RunSummary run, Command.Tell message, CancellationToken cancellationToken) => Task.FromResult("nobody");

    public Task ShowApprovalAsync(RunSummary run, OpenApproval approval, bool open, CancellationToken cancellationToken) =>
        ShowAsync(run.RunId, approval.Path, approval.Round, open, cancellationToken);

    /// <summary>After somebody has decided, and once when the process starts.</summary>
    public async Task RefreshAsync(string runId, CancellationToken cancellationToken)
    {
        var runs = await Runs.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        foreach (var notice in (await runs.FindAsync(runId, cancellationToken).ConfigureAwait(false))!.Cards.Keys)
            await ShowAsync(runId, notice.Split('/')[1], int.Parse(notice.Split('/')[2], CultureInfo.InvariantCulture), open: false, cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => gate.Dispose();

    public Task ShowAskAsync(RunSummary run, Command.AskPerson ask, bool open, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<string> AnchorAsync(string runId, DeploymentEnvironment environment, long sequence, string head, CancellationToken cancellationToken) => Task.FromResult($"anchors/{sequence}");

    private async Task ShowAsync(string runId, string path, int round, bool open, CancellationToken cancellationToken)
    {
        var runs = await Runs.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var run = (await runs.FindAsync(runId, cancellationToken).ConfigureAwait(false))!;
            var notice = Notices.Approval(path, round);
            var (lies, isNew) = (run.Cards.GetValueOrDefault(notice), !nonces.TryGetValue(notice, out var nonce));
            if (lies is null && !open)
                return;
            nonces[notice] = nonce ??= Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(NonceBytes));
            var card = ApprovalCard.Of(run, path, round, new CardContext(null, nonce));
            var message = lies?.Activity ?? chat.Post(card);
            if (lies is not null)
                chat.Update(message, card);
            if (isNew && run.StateOf(path) is StepState.Voting)
                await runs.SignalAsync(runId, new RunEvent.NoticeDelivered(notice, "teams", new PostedCard(BotTraffic.ServiceUrl, ChatFile.Conversation, message, CardSubject.Digest(nonce)), default), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            gate.Release();
        }
    }
}
