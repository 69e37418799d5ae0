using System.CommandLine;
using System.Text.Json;
using Playbooks.Cli.Host;
using Playbooks.Core.Definitions;
using Playbooks.Core.Timing;

namespace Playbooks.Cli.Verbs;

/// <summary><c>prove</c>: the worst case against the RTO, step by step.</summary>
internal static class ProveVerb
{
    public static Command Create()
    {
        var name = CommonOptions.PlaybookName();
        var folder = CommonOptions.Playbooks();
        var environment = new Option<string?>("--environment", "-e") { Description = "Prove for this environment" };
        var json = CommonOptions.Json();
        var command = new Command("prove", "Computes the worst case from the bounds and compares it with the RTO. Exit code 1 when the proof does not hold.") { name, folder, environment, json };
        command.Handle((parsed, output, _) =>
        {
            var library = LibraryFolder.Find(parsed.GetValue(folder));
            var path = library.PathOf(parsed.GetValue(name)!);
            var proof = Proof.Of(library.Load(path), parsed.GetValue(environment) is { } target ? library.LoadEnvironment(target) : null, path);
            if (parsed.GetValue(json))
                output.WriteLine(JsonSerializer.Serialize(proof, JsonSerializerOptions.Web));
            else
                Print(proof, output);
            return Task.FromResult(proof.Holds ? ExitCodes.Ok : ExitCodes.NotGood);
        });
        return command;
    }

    private static void Print(Proof proof, TextWriter output)
    {
        output.WriteLine($"{"line",5}  {"worst case",12}  {"so far",12}  step");
        foreach (var line in proof.Lines)
        {
            var sum = line.Cumulative is { } cumulative ? IsoDuration.Format(cumulative) : "";
            output.WriteLine($"{line.Line,5}  {IsoDuration.Format(line.AtMost),12}  {sum,12}  {new string(' ', line.Depth * 2)}{line.StepId}  {line.Does}{(line.AfterRecovery ? "  (after recovery)" : "")}");
        }
        output.WriteLine();
        if (proof.DetectedToIsolated is { } isolated)
            output.WriteLine($"detected to isolated    {IsoDuration.Format(isolated),10}{Against(proof.Objectives.DegradedWithin)}");
        if (proof.DetectedToRecovered is { } recovered)
            output.WriteLine($"detected to recovered   {IsoDuration.Format(recovered),10}{Against(proof.Objectives.Rto)}");
        output.WriteLine($"people may add          {IsoDuration.Format(proof.AskWithin),10} where a failed step asks; not counted, nor are pauses, retries by order and our own queueing");
        foreach (var line in proof.Proved)
            output.WriteLine($"proved: {line}");
        foreach (var warning in proof.Warnings)
            output.WriteLine($"warning: {warning}");
        foreach (var error in proof.Errors)
            output.WriteLine($"error: {error}");
        output.WriteLine(proof.Holds ? "The proof holds." : "The proof does NOT hold.");
    }

    private static string Against(TimeSpan? objective) => objective is { } known ? $" of {IsoDuration.Format(known)}" : "";
}
