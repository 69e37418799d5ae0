using System.CommandLine;
using System.Text;
using Command = System.CommandLine.Command;
using Playbooks.Cli.Host;
using Playbooks.Connectors.Evidence;
using Playbooks.Core.Decisions;
using Playbooks.Core.Evidence.Signing;
using Playbooks.Core.Evidence.Verifying;
using Playbooks.Core.Evidence;
using Playbooks.Hosting;

namespace Playbooks.Cli.Verbs;

/// <summary><c>report</c> and <c>evidence verify</c>.</summary>
internal static class EvidenceVerbs
{
    public static IEnumerable<Command> Create() => [Report(), new Command("evidence", "Works on evidence packs.") { Make(), Verify() }];

    private static Command Report()
    {
        var (run, data) = (CommonOptions.Run(), CommonOptions.Data());
        var file = new Option<string?>("--output", "-o") { Description = "File to write (default: RUN.html here)" };
        var command = new Command("report", "Writes the report of a run as one HTML page, also while it is still going on. The signed pack is made when it ends.") { run, file, data };
        command.Handle(async (parsed, output, cancellationToken) =>
        {
            using var journal = LookVerbs.Open(parsed.WorkspaceOf(data));
            var id = parsed.GetValue(run)!;
            var path = Path.GetFullPath(parsed.GetValue(file) ?? id + ".html");
            await File.WriteAllTextAsync(path, RunReport.Of(LookVerbs.EventsOf(journal, id)).ToHtml(), Encoding.UTF8, cancellationToken);
            output.WriteLine(path);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Make()
    {
        var (run, data, environment, playbooks) = (CommonOptions.Run(), CommonOptions.Data(), CommonOptions.Environment(), CommonOptions.Playbooks());
        var folder = new Option<string>("--evidence") { Description = "Folder for the evidence", DefaultValueFactory = _ => "evidence" };
        var command = new Command("make", "Makes the signed pack of a run that has ended, from its journal: the same bytes each time.") { run, environment, folder, playbooks, data };
        command.Handle(async (parsed, output, cancellationToken) =>
        {
            using var journal = LookVerbs.Open(parsed.WorkspaceOf(data));
            var events = LookVerbs.EventsOf(journal, parsed.GetValue(run)!);
            if (!Decider.Fold(events.Select(stored => stored.Event)).IsQuiet)
                throw new CliException(ExitCodes.NotAvailable, "The run is not over yet; 'playbooks report' shows it as it is.");
            var target = LibraryFolder.Find(parsed.GetValue(playbooks)).LoadEnvironment(parsed.GetValue(environment)!);
            output.WriteLine(await EvidenceWriter.WriteAsync(events, target, Path.GetFullPath(parsed.GetValue(folder)!), cancellationToken));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Verify()
    {
        var folder = new Argument<string>("folder") { Description = "Folder of the pack" };
        var key = new Option<string?>("--key") { Description = "Public key (PEM) that you have from outside the evidence" };
        var anchors = new Option<string?>("--anchors") { Description = "File with anchor records that you fetched from the other identity's container" };
        var json = CommonOptions.Json();
        var command = new Command("verify",
            "Checks a pack offline: every byte, the hash chain, the signature. Exit code 0 verified, 1 wrong, 3 consistent but the signer is unknown because no --key was given.")
            { folder, key, anchors, json };
        command.Handle(async (parsed, output, cancellationToken) =>
        {
            var path = parsed.GetValue(folder)!;
            if (!Directory.Exists(path))
                throw new CliException(ExitCodes.WrongInput, $"There is no folder {path}.");
            var known = parsed.GetValue(key) is { } file ? await ReadKeyAsync(file, cancellationToken) : null;
            var records = parsed.GetValue(anchors) is { } list ? AnchorRecord.ReadAll(await File.ReadAllTextAsync(list, cancellationToken)) : (IReadOnlyCollection<AnchorRecord>?)null;
            var verification = PackVerifier.Verify(await EvidenceFolder.ReadAsync(path, cancellationToken), known, records);
            if (parsed.GetValue(json))
                output.WriteLine(verification.ToJson());
            else
                Print(verification, output);
            return verification.Result switch
            {
                VerificationResult.Verified => ExitCodes.Ok,
                VerificationResult.SignerUnknown => ExitCodes.SignerUnknown,
                _ => ExitCodes.NotGood,
            };
        });
        return command;
    }

    private static async Task<EvidenceKey> ReadKeyAsync(string file, CancellationToken cancellationToken)
    {
        if (!File.Exists(file))
            throw new CliException(ExitCodes.WrongInput, $"There is no key file {file}.");
        return await EvidenceKeys.ReadPublicAsync(file, cancellationToken);
    }

    private static void Print(Verification verification, TextWriter output)
    {
        foreach (var finding in verification.Findings)
            output.WriteLine($"{finding.Where}: {finding.What}");
        foreach (var note in verification.Notes)
            output.WriteLine(note);
        output.WriteLine(verification.Result == VerificationResult.Verified ? $"verified: run {verification.RunId}, head {verification.Head}" : verification.Summary);
    }
}
