using System.Diagnostics;
using Azure.Storage.Blobs;
using Playbooks.Cli.LocalStack;

namespace Playbooks.Integration.Tests.Azurite;

public class AzuriteTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_machine_without_node_is_told_what_to_install()
    {
        var failure = await Assert.ThrowsAsync<LocalStackException>(() =>
            Cli.LocalStack.Azurite.StartAsync(new AzuriteOptions(SearchPath: "/nowhere"), TimeProvider.System, Cancelled));
        Assert.Contains("node was not found", failure.Message, StringComparison.Ordinal);
        Assert.Contains("https://nodejs.org", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_found_again_by_its_pid_and_keeps_its_data_over_an_orderly_stop()
    {
        var folder = Directory.CreateTempSubdirectory("playbooks-azurite-");
        try
        {
            var first = await Cli.LocalStack.Azurite.StartAsync(new AzuriteOptions(folder.FullName), TimeProvider.System, Cancelled);
            await new BlobContainerClient(first.ConnectionString, "kept", Options()).CreateAsync(cancellationToken: Cancelled);

            var again = await Cli.LocalStack.Azurite.AttachAsync(first.ProcessId, first.Ports, TimeProvider.System, Cancelled);
            Assert.NotNull(again);
            Assert.Equal(first.ConnectionString, again.ConnectionString);
            await again.DisposeAsync();
            Assert.Null(await Cli.LocalStack.Azurite.AttachAsync(first.ProcessId, first.Ports, TimeProvider.System, Cancelled));

            await using var second = await Cli.LocalStack.Azurite.StartAsync(
                new AzuriteOptions(folder.FullName, first.Ports), TimeProvider.System, Cancelled);
            Assert.True(await new BlobContainerClient(second.ConnectionString, "kept", Options()).ExistsAsync(Cancelled));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_pid_of_another_program_is_not_taken_for_it()
    {
        using var me = Process.GetCurrentProcess();
        Assert.Null(await Cli.LocalStack.Azurite.AttachAsync(me.Id, AzuritePorts.Free(), TimeProvider.System, Cancelled));
    }

    [Fact]
    public async Task Fixed_ports_that_are_taken_are_said_to_be()
    {
        await using var holder = await Cli.LocalStack.Azurite.StartAsync(new AzuriteOptions(), TimeProvider.System, Cancelled);
        var failure = await Assert.ThrowsAsync<LocalStackException>(() =>
            Cli.LocalStack.Azurite.StartAsync(new AzuriteOptions(Ports: holder.Ports), TimeProvider.System, Cancelled));
        Assert.Contains("EADDRINUSE", failure.Message, StringComparison.Ordinal);
    }

    private static BlobClientOptions Options() => new(BlobClientOptions.ServiceVersion.V2026_06_06);
}
