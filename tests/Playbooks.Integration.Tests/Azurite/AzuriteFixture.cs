using Azure.Core;
using Playbooks.Cli.LocalStack;
using Playbooks.Connectors.Storage;
using Playbooks.Core.Definitions;

namespace Playbooks.Integration.Tests.Azurite;

/// <summary>
/// One Azurite in memory for a collection. A collection's, not the assembly's: if it cannot start, only the tests that need it fail.
/// Tests in it share the emulator and nothing else: each takes names of its own from <see cref="Unique"/>.
/// </summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    private readonly string secretFile = Path.Combine(Path.GetTempPath(), $"playbooks-test-{Guid.NewGuid():N}.connection");
    private Cli.LocalStack.Azurite? azurite;

    public string ConnectionString => Running.ConnectionString;

    /// <summary>As an environment names it.</summary>
    public StorageAccount Account => new(new SecretReference("file:" + secretFile), null, null, null, null);

    internal AzuritePorts Ports => Running.Ports;

    private Cli.LocalStack.Azurite Running => azurite ?? throw new InvalidOperationException("Azurite has not been started.");

    /// <summary>A name that no other test has, fit for a container, a queue and a table.</summary>
    /// <param name="prefix">Small letters.</param>
    public static string Unique(string prefix) => prefix + Guid.NewGuid().ToString("N")[..12];

    public static StorageClients Clients(Action<ClientOptions>? configure = null) => new(new Secrets(), configure);

    public async ValueTask InitializeAsync()
    {
        azurite = await Cli.LocalStack.Azurite.StartAsync(new AzuriteOptions(), TimeProvider.System, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(secretFile, ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        if (azurite is not null)
            await azurite.DisposeAsync();
        File.Delete(secretFile);
    }
}

/// <summary>For test classes that need Azurite: <c>[Collection(UsesAzurite.Name)]</c>. They run one after another.</summary>
[CollectionDefinition(Name)]
public sealed class UsesAzurite : ICollectionFixture<AzuriteFixture>
{
    public const string Name = "Azurite";
}
