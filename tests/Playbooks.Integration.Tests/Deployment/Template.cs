using System.Diagnostics;
using System.Reflection;
using System.Text.Json.Nodes;
using Playbooks.Tests;

namespace Playbooks.Integration.Tests.Deployment;

/// <summary>What is deployed, as the compiler makes it of <c>infra/main.bicep</c>; and the compiler's word on any folder like it.</summary>
internal static class Template
{
    private static readonly Lazy<string> Compiled = new(() =>
    {
        var (code, output) = Run("build", Path.Combine(Repository.Root, "infra", "main.bicep"), "--stdout");
        return code == 0 ? output : throw new InvalidOperationException(output);
    });

    private static string Bicep { get; } = Path.Combine(Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "BicepFolder").Value!, "bicep");

    /// <summary>Made once; each asker has its own to change.</summary>
    public static JsonObject Make()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The Bicep compiler is had for Linux only.");
        return JsonNode.Parse(Compiled.Value)!.AsObject();
    }

    /// <summary>What the compiler and its linter say of a folder's <c>main.bicep</c>: warnings count.</summary>
    public static IReadOnlyList<string> Diagnostics(string folder)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The Bicep compiler is had for Linux only.");
        var (_, output) = Run("lint", Path.Combine(folder, "main.bicep"), "--diagnostics-format", "sarif");
        return [.. JsonNode.Parse(output)!["runs"]![0]!["results"]!.AsArray().Select(result => $"{(string)result!["ruleId"]!}: {(string)result["message"]!["text"]!}")];
    }

    private static (int Code, string Output) Run(params string[] arguments)
    {
        if (OperatingSystem.IsLinux())
            File.SetUnixFileMode(Bicep, File.GetUnixFileMode(Bicep) | UnixFileMode.UserExecute);
        using var bicep = Process.Start(new ProcessStartInfo(Bicep, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (bicep.StandardOutput.ReadToEndAsync(), bicep.StandardError.ReadToEndAsync());
        bicep.WaitForExit();
        return (bicep.ExitCode, output.Result.Length > 0 ? output.Result : errors.Result);
    }
}
