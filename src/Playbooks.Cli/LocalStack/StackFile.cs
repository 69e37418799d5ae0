using System.Text.Json;
using Playbooks.Hosting;

namespace Playbooks.Cli.LocalStack;

/// <summary>What a drill must remember of its stack so that another process can go on with it after a kill.</summary>
/// <param name="Inputs">Of the run, as JSON.</param>
/// <param name="Processes">Process id by name (azurite, gateway-a, …); whoever goes on adopts or ends them.</param>
internal sealed record StackFile(string Playbook, string Inputs, string PlaybooksFolder, string EvidenceFolder, AzuritePorts Azurite, Dictionary<string, int> Ports, Dictionary<string, int> Processes)
{
    private const string FileName = "stack.json";

    /// <summary>The run, once it has started.</summary>
    public string? RunId { get; init; }

    public static StackFile? Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        return File.Exists(path) ? JsonSerializer.Deserialize<StackFile>(File.ReadAllText(path)) : null;
    }

    public void Write(string folder) => PrivateFile.Write(Path.Combine(folder, FileName), JsonSerializer.SerializeToUtf8Bytes(this));

    /// <summary>The drill is over and leaves nothing to go on with.</summary>
    public static void Remove(string folder) => File.Delete(Path.Combine(folder, FileName));
}
