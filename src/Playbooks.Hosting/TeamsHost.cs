using System.Collections.Immutable;
using Azure.Core;
using Azure.Identity;
using Microsoft.AspNetCore.Routing;
using Playbooks.Connectors;
using Playbooks.Connectors.Storage;
using Playbooks.Connectors.Teams;
using Playbooks.Connectors.Teams.Graph;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Web.Access;
using Playbooks.Web.Teams;

namespace Playbooks.Hosting;

/// <summary>
/// People in Teams, for an environment with a <c>teams</c> block, made with what it says. Whoever watches the host is told as well: they see
/// what it does, but an answer there counts for nobody in Teams.
/// </summary>
public sealed class TeamsHost : IPeople, IDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private readonly BotConnector bot;
    private readonly GraphClients graph;
    private readonly TeamsPeople people;
    private readonly IHostPeople here;
    private readonly DeploymentEnvironment environment;
    private readonly TimeProvider time;

    private TeamsHost(DeploymentEnvironment environment, TokenCredential credential, Secrets secrets, Func<IRuns> runs, IHostPeople here, TimeProvider time)
    {
        var target = environment.Teams!;
        (this.environment, this.here, this.time) = (environment, here, time);
        bot = new BotConnector(target.Tenant.ToString("D"), target.ServiceUrl, credential, time);
        graph = new GraphClients(credential, time);
        people = new TeamsPeople(environment, bot, graph, secrets, runs, time);
        Directory = new GraphDirectory(graph, time);
    }

    /// <summary>Says who somebody of Entra is, when they want to decide.</summary>
    public IDirectory Directory { get; }

    /// <summary>Null where the environment has no <c>teams</c> block.</summary>
    /// <exception cref="HostSettingException">The block or its secret cannot be used.</exception>
    public static TeamsHost? Of(DeploymentEnvironment environment, Secrets secrets, Func<IRuns> runs, IHostPeople here, TimeProvider time)
    {
        if (environment.Teams is not { } target)
            return null;
        if (target.ServiceUrl is { } url && !ServiceUrls.IsAllowed(url))
            throw new HostSettingException($"teams.serviceUrl of {environment.Name} is {url}, which is no address of the Bot Connector; leave it out for {ServiceUrls.ColdStart}.");
        try
        {
            TokenCredential credential = target.Secret is { } secret
                ? new ClientSecretCredential(target.Tenant.ToString("D"), target.App.ToString("D"), secrets.Resolve(secret))
                : new DefaultAzureCredential(new DefaultAzureCredentialOptions { TenantId = target.Tenant.ToString("D"), ManagedIdentityClientId = target.App.ToString("D") });
            if (target.Sms is { } sms)
                secrets.Resolve(sms);
            return new TeamsHost(environment, credential, secrets, runs, here, time);
        }
        catch (ActionFailedException missing)
        {
            throw new HostSettingException($"The teams block of {environment.Name}: {missing.Message}");
        }
    }

    /// <summary>Brings cards up to date that changed while no host ran. Ends early when the host does; the next start does it then.</summary>
    public async Task SweepAsync()
    {
        try
        {
            await people.SweepAsync(stopping.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The next start does it.
        }
    }

    /// <summary>Of the action <c>notify</c>: a channel of Teams, or whoever watches the host.</summary>
    public Task<string> NotifyAsync(string channel, string text, CancellationToken cancellationToken) => environment.Channels.GetValueOrDefault(channel)?.Kind == ChannelKind.Teams
        ? people.PostAsync(channel, text, cancellationToken) : here.PostAsync(channel, text, cancellationToken);

    /// <summary>The door for what people do with cards.</summary>
    /// <param name="places">The conversations that the bot was put into.</param>
    public void Map(IEndpointRouteBuilder endpoints, IRuns runs, RunDoor door, Gate gate, BotPlaces places, Action<string> say)
    {
        var target = environment.Teams!;
        if (places.ServiceUrlOf(environment.Channels[target.Channel].Channel!) is { } known && Uri.TryCreate(known, UriKind.Absolute, out var url))
            bot.Learn(url);
        endpoints.MapBotApi(new Bot
        {
            Identity = new BotIdentity(target.App, target.Tenant, ServiceHosts.OfTeams),
            Tokens = new BotTokens(target.App, BotTokens.Keys(), time),
            Cards = new CardDesk(runs, door, new CardViews(gate, target.Pages, time), (run, notice) => _ = RefreshAsync(run, notice, say), time, say),
            Places = places,
            Say = (place, text, cancellationToken) => people.SayAsync(place.ServiceUrl, place.Conversation, text, cancellationToken),
            Learn = service => bot.Learn(service),
            Pages = target.Pages,
            Log = say,
            Time = time,
        }, time);
    }

    /// <summary>Told of what has become durable; cards follow.</summary>
    public void Committed(Run run, ImmutableArray<RunEvent> happened) => people.Committed(run, happened);

    public async Task<string> TellAsync(RunSummary run, Command.Tell message, CancellationToken cancellationToken)
    {
        await here.TellAsync(run, message, cancellationToken);
        return await people.TellAsync(run, message, cancellationToken);
    }

    public async Task ShowApprovalAsync(RunSummary run, OpenApproval approval, bool open, CancellationToken cancellationToken)
    {
        await here.ShowApprovalAsync(run, approval, open, cancellationToken);
        await people.ShowApprovalAsync(run, approval, open, cancellationToken);
    }

    public async Task ShowAskAsync(RunSummary run, Command.AskPerson ask, bool open, CancellationToken cancellationToken)
    {
        await here.ShowAskAsync(run, ask, open, cancellationToken);
        await people.ShowAskAsync(run, ask, open, cancellationToken);
    }

    public void Dispose()
    {
        stopping.Cancel();
        people.Dispose();
        bot.Dispose();
        graph.Dispose();
        stopping.Dispose();
    }

    /// <summary>After a decision: the card, for everybody who sees it.</summary>
    private async Task RefreshAsync(string runId, string notice, Action<string> say)
    {
        try
        {
            await people.RefreshAsync(runId, notice, stopping.Token);
        }
        catch (ChannelException trouble)
        {
            say($"A card of {runId} shows an old state: {trouble.Message}");
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The next start does it.
        }
    }
}
