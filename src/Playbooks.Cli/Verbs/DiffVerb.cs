using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Playbooks.Cli.Host;
using Playbooks.Core.Comparing;

namespace Playbooks.Cli.Verbs;

/// <summary><c>diff</c>: what two versions of a playbook mean differently.</summary>
internal static class DiffVerb
{
    private static readonly JsonSerializerOptions Wire = new(JsonSerializerOptions.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    public static Command Create()
    {
        var older = new Argument<string>("old") { Description = "Name of a playbook, or a path to its file" };
        var newer = new Argument<string>("new") { Description = "The same, as it would become" };
        var (folder, json) = (CommonOptions.Playbooks(), CommonOptions.Json());
        var command = new Command("diff", "Compares what two versions of a playbook mean, whatever the layout, and says what became less safe. Exit code 0 when they mean the same, 1 when they differ.") { older, newer, folder, json };
        command.Handle((parsed, output, _) =>
        {
            var library = LibraryFolder.Find(parsed.GetValue(folder));
            var difference = PlaybookDifference.Of(library.Load(parsed.GetValue(older)!), library.Load(parsed.GetValue(newer)!));
            if (parsed.GetValue(json))
                output.WriteLine(JsonSerializer.Serialize(new { differ = !difference.IsEmpty, difference.Changes, difference.Weakened }, Wire));
            else
                Print(difference, output);
            return Task.FromResult(difference.IsEmpty ? ExitCodes.Ok : ExitCodes.NotGood);
        });
        return command;
    }

    private static void Print(PlaybookDifference difference, TextWriter output)
    {
        foreach (var change in difference.Changes)
        {
            var where = TerminalPeople.Printable(string.Join('.', new[] { change.Where, change.Field }.Where(part => !string.IsNullOrEmpty(part))));
            output.WriteLine(change.Kind switch
            {
                ChangeKind.Added => $"+ {where}  {TerminalPeople.Printable(change.New!)}",
                ChangeKind.Removed => $"- {where}  {TerminalPeople.Printable(change.Old!)}",
                _ => $"{(change.Kind == ChangeKind.Moved ? ">" : "~")} {where}: {TerminalPeople.Printable(change.Old ?? "(nothing)")} → {TerminalPeople.Printable(change.New ?? "(nothing)")}",
            });
        }
        foreach (var weakness in difference.Weakened)
            output.WriteLine($"LESS SAFE  {(weakness.Where.Length == 0 ? "" : TerminalPeople.Printable(weakness.Where) + ": ")}{TerminalPeople.Printable(weakness.Message)}");
        output.WriteLine(difference.IsEmpty ? "They mean the same." : $"{difference.Changes.Length} differences, {difference.Weakened.Length} of them or their consequences less safe.");
    }
}
