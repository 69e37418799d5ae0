using System.CommandLine;
using Playbooks.Cli.Verbs;

namespace Playbooks.Tests.Cli;

/// <summary>What a verb said and how it ended.</summary>
internal sealed record CliRun(int ExitCode, string Output, string Error)
{
    /// <summary>The folder of the shipped playbooks.</summary>
    public static readonly string Playbooks = Path.Combine(Repository.Root, "playbooks");

    public static async Task<CliRun> OfAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exitCode = await RootVerb.Create().Parse(arguments).InvokeAsync(new InvocationConfiguration { Output = output, Error = error }, TestContext.Current.CancellationToken);
        return new CliRun(exitCode, output.ToString(), error.ToString());
    }
}
