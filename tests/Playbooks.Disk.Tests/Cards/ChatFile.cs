using System.Globalization;
using System.Text.Json.Nodes;

namespace Playbooks.Disk.Tests.Cards;

/// <summary>
/// What lies in the channel, as people look at it: a folder with one file for each card, written by the stand-in of Teams, which outlives the hosts. A file is
/// written whole or not at all, and stays as it is until somebody changes the card.
/// </summary>
internal sealed class ChatFile(string folder)
{
    private const string Cards = "application/vnd.microsoft.card.adaptive";

    private readonly Lock gate = new();

    private string Folder => Directory.CreateDirectory(Path.Combine(folder, "chat")).FullName;

    /// <summary>Ids of the cards that ask something or have asked it, oldest first.</summary>
    public IReadOnlyList<string> Asking => [.. All.Where(message => !IsRoot(message))];

    /// <summary>Ids of the cards that show how the run stands, oldest first. There are several where a host was killed before it could remember one.</summary>
    public IReadOnlyList<string> Roots => [.. All.Where(IsRoot)];

    private IEnumerable<string> All => Directory.GetFiles(Folder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal);

    /// <summary>The stand-in has been given a message, or a change of one.</summary>
    public void Keep(string conversation, string message, JsonObject activity)
    {
        if (activity["attachments"]?.AsArray().FirstOrDefault(attachment => (string?)attachment!["contentType"] == Cards) is not { } attachment)
            return;
        lock (gate)
        {
            var card = attachment["content"]!;
            // A card that has no buttons any more: a client may show it in its old state.
            var data = card["refresh"]?["action"]?["data"] ?? (File.Exists(FileOf(message)) ? Read(message)["data"] : null);
            var kept = new JsonObject { ["conversation"] = conversation, ["card"] = card.DeepClone(), ["data"] = data?.DeepClone() };
            File.WriteAllText(FileOf(message) + ".new", kept.ToJsonString());
            File.Move(FileOf(message) + ".new", FileOf(message), overwrite: true);
        }
    }

    public bool Says(string message, string words) => Read(message)["card"]!.ToJsonString().Contains(words, StringComparison.Ordinal);

    public string Conversation(string message) => (string)Read(message)["conversation"]!;

    /// <summary>Verbs of the buttons that a message shows.</summary>
    public IReadOnlyList<string> Buttons(string message) => Verbs(Read(message)["card"]!);

    public static IReadOnlyList<string> Verbs(JsonNode card) => [.. card["body"]!.AsArray().Where(part => (string)part!["type"]! == "ActionSet")
        .SelectMany(set => set!["actions"]!.AsArray()).Select(action => (string?)action!["verb"]).OfType<string>()];

    /// <summary>What the buttons of a message carry.</summary>
    public JsonObject Data(string message) => Read(message)["data"]!.DeepClone().AsObject();

    private bool IsRoot(string message) => Read(message)["data"]?["run"] is not null;

    private JsonNode Read(string message) => JsonNode.Parse(File.ReadAllText(FileOf(message)))!;

    private string FileOf(string message) => Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"{message}.json"));
}
