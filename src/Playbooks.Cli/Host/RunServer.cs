using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Playbooks.Core.Decisions;
using Playbooks.Hosting;
using Playbooks.Sqlite;
using Playbooks.Web.Access;
using Playbooks.Web.Api;
using Playbooks.Web.Pages;
using Playbooks.Web.SignIn;
using Playbooks.Web.Tokens;

namespace Playbooks.Cli.Host;

/// <summary>The run API on loopback, for this user: the key lies in a file that only they can read.</summary>
internal sealed class RunServer : IAsyncDisposable
{
    private const int KeyBytes = 32;
    private readonly WebApplication application;
    private readonly Workspace workspace;
    private readonly ApiLimits limits;

    private RunServer(WebApplication application, Workspace workspace, Uri url, ApiLimits limits) => (this.application, this.workspace, Url, this.limits) = (application, workspace, url, limits);

    public Uri Url { get; }

    /// <param name="port">0 takes a free one.</param>
    /// <param name="signIn">How people sign in on pages.</param>
    /// <param name="tokens">Of people and applications of a tenant; null where none is set up.</param>
    /// <param name="door">Takes what people want of runs.</param>
    /// <param name="alerts">Maps the door for alerts, knowing whom the server's key stands for; null where nobody would handle them.</param>
    /// <param name="pages">What the pages show, to those whom the callers know.</param>
    public static async Task<RunServer> StartAsync(Workspace workspace, Engine engine, int port, SignInSettings signIn, PersonTokens? tokens, TimeProvider time, RunDoor door, Action<IEndpointRouteBuilder, ServerKey>? alerts,
        Func<Callers, PageHost> pages)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Logging.ClearProviders();
        builder.Services.AddHostWeb(signIn, keys => keys.PersistKeysToPrivateFolder(workspace.SignInKeys), time);
        var application = builder.Build();
        application.UseSignIn();
        var key = new ServerKey(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(KeyBytes)), new Caller(LocalPerson.Id, Environment.UserName, Votes.ViaTerminal, CallerKind.KeyHolder));
        var limits = new ApiLimits();
        var callers = new Callers(key, tokens, application.Services.GetRequiredService<SignInSessions>());
        application.MapHostWeb(new HostParts(engine, engine.Alerts, door, callers, tokens, pages(callers), limits, () => engine.Completion.IsCompleted));
        alerts?.Invoke(application, key);
        try
        {
            await application.StartAsync();
        }
        catch (IOException taken)
        {
            await application.DisposeAsync();
            throw new CliException(ExitCodes.NotAvailable, $"Port {port} cannot be had: {taken.Message}");
        }
        var url = new Uri(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        workspace.WriteServer(new ServerAddress(url, key.Key, Environment.ProcessId));
        return new RunServer(application, workspace, url, limits);
    }

    public async ValueTask DisposeAsync()
    {
        workspace.RemoveServer();
        await application.DisposeAsync();
        limits.Dispose();
    }
}
