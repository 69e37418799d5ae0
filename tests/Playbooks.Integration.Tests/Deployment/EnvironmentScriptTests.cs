using System.Diagnostics;
using Playbooks.Core.Definitions;
using Playbooks.Tests;

namespace Playbooks.Integration.Tests.Deployment;

/// <summary>The environments that are written from what was provisioned.</summary>
public sealed class EnvironmentScriptTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("playbooks-azd").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void What_was_provisioned_becomes_two_environments_that_can_be_read_and_what_is_there_stays()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "It is a script for sh.");
        Directory.CreateDirectory(Path.Combine(folder, "infra"));
        var environments = Directory.CreateDirectory(Path.Combine(folder, "playbooks", "environments")).FullName;
        File.Copy(Path.Combine(Repository.Root, "infra", "environments.sh"), Path.Combine(folder, "infra", "environments.sh"));

        Assert.Equal(0, Run());
        foreach (var (name, kind) in new[] { ("azure", EnvironmentKind.Live), ("azure-drill", EnvironmentKind.Drill) })
        {
            var path = Path.Combine(environments, name + ".json");
            var read = EnvironmentReader.Read(File.ReadAllText(path), path);
            Assert.True(read is ReadResult<DeploymentEnvironment>.Valid, read is ReadResult<DeploymentEnvironment>.Invalid invalid ? string.Join('\n', invalid.Errors) : "");
            var environment = ((ReadResult<DeploymentEnvironment>.Valid)read).Value;
            Assert.Equal((name, kind, "https://" + (kind == EnvironmentKind.Live ? "target" : "dtarget") + ".blob.core.windows.net/"), (environment.Name, environment.Kind, $"{environment.Storage["main"].BlobUrl}"));
        }
        File.WriteAllText(Path.Combine(environments, "azure.json"), "mine");
        Assert.Equal(0, Run());
        Assert.Equal("mine", File.ReadAllText(Path.Combine(environments, "azure.json")));
    }

    private int Run()
    {
        var start = new ProcessStartInfo("sh", [Path.Combine(folder, "infra", "environments.sh")]) { RedirectStandardOutput = true };
        foreach (var of in new[] { ("", ""), ("DRILL_", "d") })
        {
            foreach (var (variable, account, service) in new[] { ("TARGET_BLOBS", "target", "blob"), ("TARGET_QUEUES", "target", "queue"), ("TARGET_TABLES", "target", "table"), ("STATE_BLOBS", "state", "blob"), ("ANCHOR_BLOBS", "anchor", "blob") })
                start.Environment[$"PLAYBOOKS_{of.Item1}{variable}"] = $"https://{of.Item2}{account}.{service}.core.windows.net/";
        }
        (start.Environment["PLAYBOOKS_EXECUTOR_CLIENT"], start.Environment["PLAYBOOKS_DRILL_CLIENT"], start.Environment["PLAYBOOKS_DRILL_URL"]) =
            ("11111111-0000-4000-8000-000000000001", "11111111-0000-4000-8000-000000000002", "https://func-drill.azurewebsites.net");
        using var shell = Process.Start(start)!;
        shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        return shell.ExitCode;
    }
}
