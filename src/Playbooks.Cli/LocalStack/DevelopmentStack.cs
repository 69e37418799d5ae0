using System.Text.Json;
using Playbooks.Cli.Host;
using Playbooks.Connectors.Storage;
using Playbooks.Core.Definitions;
using Playbooks.Hosting;

namespace Playbooks.Cli.LocalStack;

/// <summary>
/// What an environment with the development sign-in needs on a laptop: keys, and a storage emulator with two accounts, kept in the host's folder so that the
/// next start finds everything again. Whoever has set its variables brings their own, and nothing is started.
/// </summary>
internal sealed class DevelopmentStack : IAsyncDisposable
{
    private const string Prefix = "PLAYBOOKS_DEVELOPMENT_";
    private readonly Azurite azurite;
    private readonly string file;

    private DevelopmentStack(Azurite azurite, string file) => (this.azurite, this.file) = (azurite, file);

    /// <returns>Null where nothing has to be started.</returns>
    /// <exception cref="LocalStackException">Node or npm is missing, or the emulator did not start.</exception>
    public static async Task<DevelopmentStack?> StartAsync(Workspace workspace, DeploymentEnvironment environment, TimeProvider time, Action<string> say, CancellationToken cancellationToken)
    {
        if (environment.SignIn is not SignInWay.Development || Environment.GetEnvironmentVariable(Prefix + "STORAGE") is { Length: > 0 })
            return null;
        var folder = Path.Combine(workspace.Folder, "development");
        Directory.CreateDirectory(folder);
        if (!File.Exists(DrillKeys.EvidencePublicKey(folder)))
            DrillKeys.Create(folder);
        var file = Path.Combine(folder, "storage.json");
        var left = File.Exists(file) ? JsonSerializer.Deserialize<Left>(await File.ReadAllTextAsync(file, cancellationToken)) : null;
        var ports = left?.Ports ?? AzuritePorts.Free();
        Environment.SetEnvironmentVariable(Prefix + "STORAGE", ports.ConnectionString);
        Environment.SetEnvironmentVariable(Prefix + "VAULT", DrillStack.VaultOf(folder, ports));
        DrillKeys.Export(folder, Prefix);
        // One that a killed host left behind has the data.
        var azurite = left is null ? null : await Azurite.AttachAsync(left.ProcessId, ports, time, cancellationToken);
        if (azurite is null)
        {
            say("starting the storage emulator");
            azurite = await Azurite.StartAsync(new AzuriteOptions(Path.Combine(folder, "storage"), ports, Say: say), time, cancellationToken);
        }
        PrivateFile.Write(file, JsonSerializer.SerializeToUtf8Bytes(new Left(ports, azurite.ProcessId)));
        var stack = new DevelopmentStack(azurite, file);
        try
        {
            var storage = new StorageClients(new Secrets());
            foreach (var container in new[] { environment.Evidence, environment.Anchor })
                await storage.Container(environment, container).CreateIfNotExistsAsync(cancellationToken: cancellationToken);
            return stack;
        }
        catch
        {
            await stack.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await azurite.DisposeAsync();
        // The next start takes free ports: these may be somebody else's by then.
        File.Delete(file);
        Environment.SetEnvironmentVariable(Prefix + "STORAGE", null);
    }

    private sealed record Left(AzuritePorts Ports, int ProcessId);
}
