using System.Globalization;
using System.Text.Json.Nodes;
using Playbooks.Core.Json;
using Playbooks.Sqlite;
using Playbooks.Tests.Web.Teams;

namespace Playbooks.Disk.Tests.Cards;

/// <summary>
/// Teams, outside the process that is killed: a folder with one file for each message of the channel. A message is written whole or not at all, and
/// stays as it is until somebody changes it.
/// </summary>
internal sealed class ChatFile(string folder)
{
    private readonly Lock gate = new();

    public static string In(string folder) => Directory.CreateDirectory(Path.Combine(folder, "chat")).FullName;

    /// <summary>Ids of the messages, oldest first.</summary>
    public IReadOnlyList<string> Messages => [.. Directory.GetFiles(In(folder), "*.json").Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal)];

    public static string Conversation => BotTraffic.Thread;

    public JsonNode Card(string message) => JsonNode.Parse(File.ReadAllText(FileOf(message)))!;

    /// <summary>Verbs of the buttons that a message shows.</summary>
    public IReadOnlyList<string> Buttons(string message) => Verbs(Card(message));

    public static IReadOnlyList<string> Verbs(JsonNode card) => [.. card["body"]!.AsArray().Where(part => (string)part!["type"]! == "ActionSet")
        .SelectMany(set => set!["actions"]!.AsArray()).Select(action => (string?)action!["verb"]).OfType<string>()];

    /// <summary>What the buttons of a message carry; of one that has none any more, what they carried. A client may show it in its old state.</summary>
    public JsonObject Data(string message) => (Card(message)["refresh"]?["action"]!["data"] ?? JsonNode.Parse(File.ReadAllText(DataOf(message)))!).DeepClone().AsObject();

    public string Post(JsonData card)
    {
        lock (gate)
        {
            var message = string.Create(CultureInfo.InvariantCulture, $"{1_767_765_490_000 + Messages.Count}");
            File.WriteAllText(DataOf(message), card["refresh"]!["action"]!["data"]!.Text);
            Write("post", message, card);
            return message;
        }
    }

    public void Update(string message, JsonData card)
    {
        lock (gate)
            Write("update", message, card);
    }

    private void Write(string what, string message, JsonData card)
    {
        CrashPoint.Hit($"{what}:before");
        File.WriteAllText(FileOf(message) + ".new", card.Text);
        File.Move(FileOf(message) + ".new", FileOf(message), overwrite: true);
        CrashPoint.Hit($"{what}:after");
    }

    private string DataOf(string message) => Path.Combine(In(folder), message + ".data");

    private string FileOf(string message) => Path.Combine(In(folder), message + ".json");
}
