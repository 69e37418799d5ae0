using System.Text.Json;
using Playbooks.Hosting;

namespace Playbooks.Cli.Host;

/// <summary>Where a host keeps its things.</summary>
/// <param name="Folder">Journal, server file, drills.</param>
internal sealed record Workspace(string Folder)
{
    public string Journal => Path.Combine(Folder, "playbooks.db");
    public string Drills => Path.Combine(Folder, "drills");
    /// <summary>What cookies of people who have signed in are sealed with.</summary>
    public string SignInKeys => Path.Combine(Folder, "sign-in");
    /// <summary>The conversations that the bot of Teams was put into.</summary>
    public string BotPlaces => Path.Combine(Folder, "teams.json");
    private string ServerFile => Path.Combine(Folder, "server.json");

    public static Workspace At(string? folder)
    {
        var workspace = new Workspace(Path.GetFullPath(folder ?? ".playbooks"));
        Directory.CreateDirectory(workspace.Folder);
        return workspace;
    }

    /// <summary>Writes down how this server is reached, for its own user only.</summary>
    public void WriteServer(ServerAddress server) => PrivateFile.Write(ServerFile, JsonSerializer.SerializeToUtf8Bytes(server));

    public void RemoveServer() => File.Delete(ServerFile);

    public ServerAddress? ReadServer() =>
        File.Exists(ServerFile) ? JsonSerializer.Deserialize<ServerAddress>(File.ReadAllText(ServerFile)) : null;
}

/// <param name="Key">Bearer key; whoever can read the file is the user who started the server.</param>
internal sealed record ServerAddress(Uri Url, string Key, int ProcessId);
