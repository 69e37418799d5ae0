using System.Globalization;
using System.Net.Sockets;
using System.Net;
using Playbooks.Core.Definitions;
using Playbooks.Hosting;

namespace Playbooks.Cli.LocalStack;

/// <summary>
/// The system that a drill recovers, as processes of their own on loopback: storage emulator, two gateway replicas and the two models' services.
/// They outlive a kill of this process: another one takes the emulator over and starts the others again on the same ports.
/// </summary>
internal sealed class DrillStack : IAsyncDisposable
{
    /// <summary>How long a program of the stack lives on without its host; long enough to go on with <c>--resume</c>.</summary>
    private const int OrphanGraceSeconds = 300;
    private const string Vault = "drillvault";

    /// <summary>Ports as the environment file names them, and what listens there.</summary>
    private static readonly Dictionary<string, int> NominalPorts = new()
    {
        ["gateway-a"] = 47801, ["gateway-b"] = 47802, ["recommendations"] = 47803, ["fraud"] = 47804,
    };

    private readonly string folder;
    private readonly TimeProvider time;
    private readonly List<LocalProcess> processes = [];
    private Azurite? azurite;

    private DrillStack(string folder, StackFile file, TimeProvider time) => (this.folder, File, this.time) = (folder, file, time);

    public StackFile File { get; private set; }
    public required DeploymentEnvironment Environment { get; init; }
    public string ConnectionString => File.Azurite.ConnectionString;

    /// <summary>Starts everything from nothing.</summary>
    public static async Task<DrillStack> StartAsync(string folder, PlaybookLibrary library, string playbook, string inputs, string evidenceFolder, TimeProvider time, Action<string> say,
        CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        DrillKeys.Create(folder);
        var ports = FreePorts();
        var azurite = AzuritePorts.Free();
        var text = NominalPorts.Aggregate(await System.IO.File.ReadAllTextAsync(library.EnvironmentPathOf("drill"), cancellationToken),
            (text, port) => text.Replace($"127.0.0.1:{port.Value}", $"127.0.0.1:{ports[port.Key]}", StringComparison.Ordinal));
        await System.IO.File.WriteAllTextAsync(Path.Combine(folder, "environment.json"), text, cancellationToken);
        var file = new StackFile(playbook, inputs, library.Folder, evidenceFolder, azurite, ports, []);
        return await LaunchAsync(folder, file, time, say, cancellationToken);
    }

    /// <summary>Goes on with the stack of a drill whose process died.</summary>
    public static Task<DrillStack> ResumeAsync(string folder, TimeProvider time, Action<string> say, CancellationToken cancellationToken) =>
        LaunchAsync(folder, StackFile.Read(folder) ?? throw new CliException(ExitCodes.NotAvailable, $"Nothing is left to go on with in {folder}."), time, say, cancellationToken);

    /// <summary>Remembers the run, so that another process can go on with it.</summary>
    public void Remember(string runId) => (File = File with { RunId = runId }).Write(folder);

    /// <summary>Makes the healthy system: two validated versions of each model, the second current, and somebody to be erased.</summary>
    public Task SeedAsync(Action<string> say, CancellationToken cancellationToken) => new DrillSeed(folder, this, time).PlantAsync(say, cancellationToken);

    public static string Program(string name) => Path.Combine(AppContext.BaseDirectory, "local-stack", name, name + ".dll");

    /// <summary>Stops everything, the services before the storage that they use.</summary>
    public async ValueTask DisposeAsync()
    {
        var stopping = processes.ToArray();
        processes.Clear();
        await Task.WhenAll(stopping.Select(process => process.DisposeAsync().AsTask()));
        if (Interlocked.Exchange(ref azurite, null) is { } storage)
            await storage.DisposeAsync();
    }

    private static async Task<DrillStack> LaunchAsync(string folder, StackFile file, TimeProvider time, Action<string> say, CancellationToken cancellationToken)
    {
        DrillKeys.Export(folder);
        System.Environment.SetEnvironmentVariable("PLAYBOOKS_DRILL_STORAGE", file.Azurite.ConnectionString);
        System.Environment.SetEnvironmentVariable("PLAYBOOKS_DRILL_VAULT", VaultOf(folder, file.Azurite));
        var path = Path.Combine(folder, "environment.json");
        var stack = new DrillStack(folder, file, time)
        {
            Environment = PlaybookLibrary.ParseEnvironment(await System.IO.File.ReadAllTextAsync(path, cancellationToken), path),
        };
        try
        {
            await stack.StartStorageAsync(say, cancellationToken);
            await stack.StartProgramsAsync(say, cancellationToken);
            return stack;
        }
        catch
        {
            await stack.DisposeAsync();
            throw;
        }
    }

    private async Task StartStorageAsync(Action<string> say, CancellationToken cancellationToken)
    {
        if (File.Processes.TryGetValue("azurite", out var left))
            azurite = await Azurite.AttachAsync(left, File.Azurite, time, cancellationToken);
        if (azurite is null)
        {
            say("starting the storage emulator");
            azurite = await Azurite.StartAsync(new AzuriteOptions(Path.Combine(folder, "storage"), File.Azurite, Say: say), time, cancellationToken);
        }
        Know("azurite", azurite.ProcessId);
    }

    private async Task StartProgramsAsync(Action<string> say, CancellationToken cancellationToken)
    {
        say("starting two gateways and the models' services");
        StackConfiguration.Write(folder, this);
        // Their host died and they would follow it: they keep nothing that the storage has not.
        foreach (var name in NominalPorts.Keys.Where(File.Processes.ContainsKey))
            await LocalProcess.EndAsync(File.Processes[name], Program(ProgramOf(name)), time);
        await Task.WhenAll(NominalPorts.Keys.Select(name => StartProgramAsync(name, cancellationToken)));
    }

    private async Task StartProgramAsync(string name, CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            "--config", Path.Combine(folder, name + ".json"), "--parent-pid", System.Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
            "--orphan-grace", OrphanGraceSeconds.ToString(CultureInfo.InvariantCulture),
        ];
        var process = await LocalProcess.StartAsync(Program(ProgramOf(name)), arguments, Path.Combine(folder, name + ".log"), time, cancellationToken);
        lock (processes)
        {
            processes.Add(process);
            Know(name, process.ProcessId);
        }
    }

    private void Know(string name, int processId)
    {
        File.Processes[name] = processId;
        File.Write(folder);
    }

    private static string ProgramOf(string name) => name.StartsWith("gateway", StringComparison.Ordinal) ? "Playbooks.Gateway" : "Playbooks.SampleService";

    private static Dictionary<string, int> FreePorts()
    {
        var listeners = NominalPorts.Keys.ToDictionary(name => name, _ => new TcpListener(IPAddress.Loopback, 0));
        foreach (var listener in listeners.Values)
            listener.Start();
        var ports = listeners.ToDictionary(listener => listener.Key, listener => ((IPEndPoint)listener.Value.LocalEndpoint).Port);
        foreach (var listener in listeners.Values)
            listener.Dispose();
        return ports;
    }

    /// <summary>Another account of the emulator, with a key of its own: what lies there is written under another identity.</summary>
    internal static string VaultOf(string folder, AzuritePorts ports)
    {
        var key = DrillKeys.VaultKey(folder);
        var (account, accountKey) = AzuritePorts.Account;
        System.Environment.SetEnvironmentVariable("AZURITE_ACCOUNTS", $"{account}:{accountKey};{Vault}:{key}");
        return $"DefaultEndpointsProtocol=http;AccountName={Vault};AccountKey={key};BlobEndpoint=http://127.0.0.1:{ports.Blob}/{Vault};"
            + $"QueueEndpoint=http://127.0.0.1:{ports.Queue}/{Vault};TableEndpoint=http://127.0.0.1:{ports.Table}/{Vault};";
    }
}
