using System.CommandLine;
using Playbooks.Cli.Host;
using Playbooks.Core.Definitions;
using Playbooks.Core.Planning;
using Command = System.CommandLine.Command;

namespace Playbooks.Cli.Verbs;

/// <summary><c>plan</c>: what a run would do, looked up without doing it.</summary>
internal static class PlanVerb
{
    public static Command Create()
    {
        var (name, environment, folder) = (CommonOptions.PlaybookName(), CommonOptions.Environment(), CommonOptions.Playbooks());
        var (inputs, json) = (CommonOptions.Inputs(), CommonOptions.Json());
        var file = new Option<string?>("--output", "-o") { Description = "Also write the plan to this file, for 'run --plan'" };
        var command = new Command("plan", "Looks at everything that a run would act on, and changes nothing: how each target stands now and would stand after, whether it could be done, and how many steps read, change, "
            + "or cannot be taken back. Exit code 1 when something could not be done.") { name, environment, inputs, folder, file, json };
        command.Handle(async (parsed, output, cancellationToken) =>
        {
            var library = LibraryFolder.Find(parsed.GetValue(folder));
            var plan = await new Planner(library, TimeProvider.System).MakeAsync(library.Load(parsed.GetValue(name)!), library.LoadEnvironment(parsed.GetValue(environment)!),
                InputValues.Read(parsed.GetValue(inputs)), cancellationToken);
            if (parsed.GetValue(file) is { } path)
                await File.WriteAllTextAsync(path, PlanFile.Text(plan) + "\n", cancellationToken);
            if (parsed.GetValue(json))
                output.WriteLine(PlanFile.Text(plan));
            else
                Print(plan, output);
            return plan.IsReady ? ExitCodes.Ok : ExitCodes.NotGood;
        });
        return command;
    }

    private static void Print(RunPlan plan, TextWriter output)
    {
        output.WriteLine($"{plan.Playbook} {plan.Version} in {plan.Environment}, with {TerminalPeople.Printable(plan.Inputs.Text)}");
        foreach (var line in plan.Lines)
        {
            output.WriteLine($"{line.Line,5}  {line.Step}  {line.Action}{(line.Target is { } target ? $"  {TerminalPeople.Printable(target)}" : "")}  [{WireName.Of(line.Effect)}]{(line.MayNotRun ? "  (perhaps)" : "")}");
            output.WriteLine($"         {(line.Ready ? "now:  " : "NOT READY: ")}{TerminalPeople.Printable(line.Now)}");
            if (line.After.Length > 0)
                output.WriteLine($"         then: {TerminalPeople.Printable(line.After)}");
            if (!line.Unknown.IsEmpty)
                output.WriteLine($"         known only in the run: {string.Join(", ", line.Unknown)}");
        }
        output.WriteLine($"{plan.Counts.ReadOnly} steps only read, {plan.Counts.Mutating} change something, {plan.Counts.Irreversible} cannot be taken back.");
        output.WriteLine(plan.IsReady ? "Everything that can be looked at is ready." : $"{plan.Lines.Count(line => !line.Ready)} steps are NOT ready.");
    }
}
