using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Playbooks.Cli.LocalStack;
using Playbooks.Tests;

namespace Playbooks.Integration.Tests.Drills;

/// <summary>
/// <c>playbooks drill</c> as a person runs it: a process of its own, with a folder and a playbook of its own whose limits are short. Everything it
/// started is ended with the test.
/// </summary>
internal sealed class DrillProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private readonly string folder = Directory.CreateTempSubdirectory("playbooks-drill-").FullName;
    private readonly ConcurrentQueue<string> lines = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<string>> awaited = new();
    private Process process = new();

    public string Data => Path.Combine(folder, "data");
    public string Evidence => Path.Combine(folder, "evidence");
    public string Output => string.Join('\n', lines);

    /// <summary>Starts a drill of <c>model-corruption</c>.</summary>
    /// <param name="change">Changes the playbook before it is read.</param>
    public static DrillProcess Start(Action<JsonNode>? change = null, params string[] arguments)
    {
        var drill = new DrillProcess();
        var playbooks = Path.Combine(drill.folder, "playbooks");
        Copy(Path.Combine(Repository.Root, "playbooks"), playbooks);
        var file = Path.Combine(playbooks, "model-corruption", "playbook.json");
        var playbook = JsonNode.Parse(File.ReadAllText(file))!;
        playbook["defaults"]!["timeout"] = "PT15S";
        playbook["defaults"]!["retry"]!["attempts"] = 2;
        playbook["defaults"]!["retry"]!["maxInterval"] = "PT3S";
        change?.Invoke(playbook);
        File.WriteAllText(file, playbook.ToJsonString());
        drill.Launch(["drill", "model-corruption", "--keep", "--playbooks", playbooks, "--data", drill.Data, "--evidence", Path.Combine(drill.folder, "evidence"), .. arguments]);
        return drill;
    }

    /// <summary>The step with this id, wherever it stands in the list.</summary>
    public static JsonNode Step(JsonNode playbook, string id) => playbook["steps"]!.AsArray().Single(step => (string?)step!["id"] == id)!;

    public void Launch(params string[] arguments)
    {
        awaited.Clear();
        lines.Clear();
        process = Process.Start(new ProcessStartInfo("dotnet", [Program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true })!;
        process.OutputDataReceived += (_, line) => Heard(line.Data);
        process.ErrorDataReceived += (_, line) => Heard(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Runs another verb on the drill's folder, to its end.</summary>
    public async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        using var other = Process.Start(new ProcessStartInfo("dotnet", [Program, .. arguments, "--data", Data]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = other.StandardOutput.ReadToEndAsync();
        var error = other.StandardError.ReadToEndAsync();
        await other.WaitForExitAsync().WaitAsync(Patience);
        return (other.ExitCode, await output + await error);
    }

    /// <summary>The first line that holds these words, past or to come.</summary>
    public async Task<string> LineAsync(string words)
    {
        var line = awaited.GetOrAdd(words, _ => new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously));
        if (lines.FirstOrDefault(known => known.Contains(words, StringComparison.Ordinal)) is { } past)
            line.TrySetResult(past);
        var ended = process.WaitForExitAsync();
        await Task.WhenAny(line.Task, ended).WaitAsync(Patience);
        return line.Task.IsCompleted ? await line.Task : throw new Xunit.Sdk.XunitException($"The drill ended without '{words}':\n{Output}");
    }

    public async Task<string> RunIdAsync() => (await LineAsync("run model-corruption-")).Split(' ').First(word => word.StartsWith("model-corruption-", StringComparison.Ordinal));

    public async Task<int> ExitAsync()
    {
        await process.WaitForExitAsync().WaitAsync(Patience);
        return process.ExitCode;
    }

    /// <summary>As a crash ends it: at once, and what it started lives on.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    public StackFile Stack => StackFile.Read(Directory.GetDirectories(Path.Combine(Data, "drills")).Single())!;

    /// <summary>Kills programs of the stack by their names.</summary>
    public void KillPrograms(params string[] names)
    {
        foreach (var name in names)
        {
            using var program = Process.GetProcessById(Stack.Processes[name]);
            program.Kill();
            program.WaitForExit();
        }
    }

    /// <summary>Events of the evidence, by their stored name.</summary>
    public IReadOnlyList<JsonElement> Events(string type) => [.. Directory.GetFiles(Path.Combine(folder, "evidence"), "timeline.ndjson", SearchOption.AllDirectories)
        .SelectMany(File.ReadAllLines).Select(line => JsonElement.Parse(line).GetProperty("event")).Where(happened => happened.GetProperty("type").GetString() == type)];

    public string Report => File.ReadAllText(Directory.GetFiles(Path.Combine(folder, "evidence"), "report.html", SearchOption.AllDirectories).Single());

    /// <summary>Whether any program that this drill started still runs.</summary>
    public static bool AnyLives(StackFile stack) => stack.Processes.Values.Any(IsAlive);

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            await KillAsync();
        process.Dispose();
        foreach (var stack in Directory.Exists(Data) ? Directory.GetDirectories(Path.Combine(Data, "drills")).Select(StackFile.Read).OfType<StackFile>() : [])
        {
            foreach (var left in stack.Processes.Values.Where(IsAlive))
                Process.GetProcessById(left).Kill();
        }
        Directory.Delete(folder, recursive: true);
    }

    private void Heard(string? line)
    {
        if (line is null)
            return;
        lines.Enqueue(line);
        foreach (var (words, wanted) in awaited)
        {
            if (line.Contains(words, StringComparison.Ordinal))
                wanted.TrySetResult(line);
        }
    }

    private static bool IsAlive(int processId)
    {
        try
        {
            using var found = Process.GetProcessById(processId);
            return !found.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    /// <summary>The program as it was built, with the local stack beside it.</summary>
    private static string Program { get; } = Path.Combine(Repository.Root, "src", "Playbooks.Cli", "bin", Path.GetFileName(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)))!,
        Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "playbooks.dll");
}
