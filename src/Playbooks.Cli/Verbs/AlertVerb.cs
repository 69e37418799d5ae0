using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using Playbooks.Cli.Host;
using Playbooks.Core.Alerts;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.Core.Renderings;
using Playbooks.Hosting;

namespace Playbooks.Cli.Verbs;

/// <summary><c>alert</c>: how an alert is understood, and what it would start. Starts nothing.</summary>
internal static class AlertVerb
{
    private const string StandardInput = "-";

    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "File with the alert as its monitor sent it, or - for the standard input" };
        var (folder, json) = (CommonOptions.Playbooks(), CommonOptions.Json());
        var environment = new Option<string?>("--environment", "-e") { Description = "Also look whether what it would start fits this environment" };
        var command = new Command("alert", "Shows how an alert is understood, which playbooks it would start with which inputs, and why the others not. Starts nothing. Exit code 1 when a playbook takes the alert "
            + "but could not start, 2 when the text is no alert or a playbook cannot be read.") { file, folder, environment, json };
        command.Handle(async (parsed, output, cancellationToken) =>
        {
            var name = parsed.GetValue(file)!;
            switch (await ReadAsync(name, cancellationToken))
            {
                case AlertReading.Refused refused when parsed.GetValue(json):
                    output.WriteLine(AlertWire.Of(refused.Errors));
                    return ExitCodes.WrongInput;
                case AlertReading.Refused refused:
                    throw new CliException(ExitCodes.WrongInput, string.Join(Environment.NewLine, refused.Errors
                        .Select(error => Printable.Line($"{error.At.Line}:{error.At.Column}  {error.Path}  {error.Message} {error.Remedy}"))
                        .Prepend($"{(name == StandardInput ? "What was piped in" : Printable.Line(name))} is no alert that is known here:")));
                case AlertReading.Accepted { Alert: var alert }:
                    var library = LibraryFolder.Find(parsed.GetValue(folder));
                    var where = parsed.GetValue(environment) is { } target ? library.LoadEnvironment(target) : null;
                    var answers = library.Names().Select(playbook => Ask(library, playbook, alert, where)).ToList();
                    if (parsed.GetValue(json))
                        output.WriteLine(AlertWire.Of(alert, answers));
                    else
                        AlertScreen.Print(alert, answers, where, output);
                    return answers.Exists(answer => answer.Verdict is null) ? ExitCodes.WrongInput : answers.Exists(answer => answer.IsStuck) ? ExitCodes.NotGood : ExitCodes.Ok;
                default:
                    throw new System.Diagnostics.UnreachableException();
            }
        });
        return command;
    }

    private static async Task<AlertReading> ReadAsync(string file, CancellationToken cancellationToken)
    {
        // One more than is taken, so that what is larger is seen to be.
        if (file == StandardInput)
        {
            var text = new char[AlertLimits.TextMaxBytes + 1];
            return AlertReader.Read(new string(text, 0, await Console.In.ReadBlockAsync(text, cancellationToken)));
        }
        await using var stream = File.OpenRead(file);
        var bytes = new byte[AlertLimits.TextMaxBytes + 1];
        return AlertReader.Read(bytes.AsSpan(0, await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken)));
    }

    private static AlertAnswer Ask(PlaybookLibrary library, string name, Alert alert, DeploymentEnvironment? environment)
    {
        var path = library.PathOf(name);
        if (library.Read(path) is not ReadResult<Playbook>.Valid { Value: var playbook })
            return new AlertAnswer(name, null, null, null, ["It cannot be read; 'playbooks validate' lists why. It may be the one that should start."]);
        var verdict = AlertVerdict.Of(playbook, alert);
        return verdict is AlertVerdict.Starts starts
            ? new AlertAnswer(name, playbook.Version, verdict, Key(playbook, starts, alert), environment is null ? [] : Problems(playbook, environment, path, starts.DrillOnly))
            : new AlertAnswer(name, playbook.Version, verdict, null, []);
    }

    private static string? Key(Playbook playbook, AlertVerdict.Starts starts, Alert alert) =>
        playbook.Concurrency?.Key.Evaluate(JsonData.Object(("inputs", starts.Inputs), ("alert", alert.ToData()))).Value is { } key ? key.AsString() ?? key.Text : null;

    private static ImmutableArray<string> Problems(Playbook playbook, DeploymentEnvironment environment, string path, bool drillOnly) =>
        drillOnly && environment.Kind != EnvironmentKind.Drill ? []
            : [.. EnvironmentFit.Check(playbook, environment, path, asDrill: environment.Kind == EnvironmentKind.Drill).Select(error => error.ToString())];
}

/// <summary>What an alert would do to one playbook of the library.</summary>
/// <param name="Verdict">Null where the playbook cannot be read.</param>
/// <param name="Key">Of which one run is under way at a time.</param>
/// <param name="Problems">Why it cannot be read, or does not fit the environment that was named.</param>
internal sealed record AlertAnswer(string Playbook, string? Version, AlertVerdict? Verdict, string? Key, ImmutableArray<string> Problems)
{
    /// <summary>It takes the alert and yet could not start.</summary>
    public bool IsStuck => Verdict is AlertVerdict.InputsRefused || (Verdict is AlertVerdict.Starts && !Problems.IsEmpty);

    /// <summary>A test payload starts nothing in an environment that is live.</summary>
    public bool StartsIn(DeploymentEnvironment? environment) =>
        Verdict is AlertVerdict.Starts starts && Problems.IsEmpty && !(starts.DrillOnly && environment is not null && environment.Kind != EnvironmentKind.Drill);
}

/// <summary>The same for machines. Names are a promise to scripts.</summary>
internal static class AlertWire
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerOptions.Web) { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };

    public static string Of(ImmutableArray<JsonTextError> errors) => Printable.Json(JsonSerializer.Serialize(
        new { errors = errors.Select(error => new { error.At.Line, error.At.Column, path = error.Path.ToString(), error.Message, error.Remedy }) }, Options));

    public static string Of(Alert alert, IEnumerable<AlertAnswer> answers) => Printable.Json(JsonSerializer.Serialize(
        new { alert = alert.ToData(), alert.Delivery, playbooks = answers.Select(Of) }, Options));

    private static object Of(AlertAnswer answer) => answer.Verdict switch
    {
        null => new { answer.Playbook, verdict = "unreadable", answer.Problems },
        AlertVerdict.Starts starts => new { answer.Playbook, answer.Version, verdict = "starts", starts.Trigger, starts.Inputs, starts.DrillOnly, answer.Key, answer.Problems },
        AlertVerdict.InputsRefused refused => new { answer.Playbook, answer.Version, verdict = "inputs-refused", refused.Trigger, refused.Reasons },
        AlertVerdict.Resolves resolves => new { answer.Playbook, answer.Version, verdict = "resolves", resolves.Trigger },
        AlertVerdict.NotTaken missed => new { answer.Playbook, answer.Version, verdict = "not-taken", missed.Missed },
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
