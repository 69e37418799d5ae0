using System.Collections.Concurrent;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Playbooks.Core.Definitions;

namespace Playbooks.Connectors.Storage;

/// <summary>Clients for the storage accounts of environments. One per account, kept: connections and tokens are reused.</summary>
/// <param name="configure">Changes the options of every client; tests put their pipeline policies in here.</param>
public sealed class StorageClients(Secrets secrets, Action<ClientOptions>? configure = null)
{
    /// <summary>Few and quick, so that they stay inside one attempt; the playbook's own retry waits longer.</summary>
    public const int RetriesMax = 2;

    /// <summary>The newest that Azurite 3.37 knows; the SDK's default is newer and answered with 400.</summary>
    private const BlobClientOptions.ServiceVersion BlobVersion = BlobClientOptions.ServiceVersion.V2026_06_06;
    private const QueueClientOptions.ServiceVersion QueueVersion = QueueClientOptions.ServiceVersion.V2026_06_06;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan RetryDelayMax = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan NetworkTimeout = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<string, BlobServiceClient> blobs = new();
    private readonly ConcurrentDictionary<string, QueueServiceClient> queues = new();
    private readonly ConcurrentDictionary<string, TableServiceClient> tables = new();
    private readonly ConcurrentDictionary<string, TokenCredential> credentials = new();

    public BlobServiceClient Blobs(DeploymentEnvironment environment, string storage) => Blobs(Account(environment, storage));

    public QueueServiceClient Queues(DeploymentEnvironment environment, string storage) => Queues(Account(environment, storage));

    public TableServiceClient Tables(DeploymentEnvironment environment, string storage) => Tables(Account(environment, storage));

    public BlobContainerClient Container(DeploymentEnvironment environment, ContainerTarget target) =>
        Blobs(environment, target.Storage).GetBlobContainerClient(target.Container);

    /// <summary>
    /// A client that sends each request once: the SDK's own retry of a conditional write after a lost answer would fail by its own success.
    /// </summary>
    public BlobContainerClient ContainerSendingOnce(DeploymentEnvironment environment, ContainerTarget target)
    {
        var account = Account(environment, target.Storage);
        var service = ConnectionString(account) is { } text
            ? blobs.GetOrAdd("once " + text, _ => new BlobServiceClient(text, Once()))
            : blobs.GetOrAdd("once " + Key(account, account.BlobUrl), _ =>
                new BlobServiceClient(Url(account.BlobUrl, "blobUrl"), Credential(account), Once()));
        return service.GetBlobContainerClient(target.Container);

        BlobClientOptions Once()
        {
            var options = Configured(new BlobClientOptions(BlobVersion));
            options.Retry.MaxRetries = 0;
            return options;
        }
    }

    public BlobServiceClient Blobs(StorageAccount account) => ConnectionString(account) is { } text
        ? blobs.GetOrAdd(text, _ => new BlobServiceClient(text, Configured(new BlobClientOptions(BlobVersion))))
        : blobs.GetOrAdd(Key(account, account.BlobUrl), _ =>
            new BlobServiceClient(Url(account.BlobUrl, "blobUrl"), Credential(account), Configured(new BlobClientOptions(BlobVersion))));

    /// <summary>
    /// A client that sends each request once: the SDK's own retry after a lost answer would put a second message into the queue.
    /// </summary>
    public QueueServiceClient QueuesSendingOnce(DeploymentEnvironment environment, string storage)
    {
        var account = Account(environment, storage);
        return ConnectionString(account) is { } text
            ? queues.GetOrAdd("once " + text, _ => new QueueServiceClient(text, Once()))
            : queues.GetOrAdd("once " + Key(account, account.QueueUrl), _ =>
                new QueueServiceClient(Url(account.QueueUrl, "queueUrl"), Credential(account), Once()));

        QueueClientOptions Once()
        {
            var options = Configured(new QueueClientOptions(QueueVersion));
            options.Retry.MaxRetries = 0;
            return options;
        }
    }

    public QueueServiceClient Queues(StorageAccount account) => ConnectionString(account) is { } text
        ? queues.GetOrAdd(text, _ => new QueueServiceClient(text, Configured(new QueueClientOptions(QueueVersion))))
        : queues.GetOrAdd(Key(account, account.QueueUrl), _ =>
            new QueueServiceClient(Url(account.QueueUrl, "queueUrl"), Credential(account), Configured(new QueueClientOptions(QueueVersion))));

    public TableServiceClient Tables(StorageAccount account) => ConnectionString(account) is { } text
        ? tables.GetOrAdd(text, _ => new TableServiceClient(text, Configured(new TableClientOptions())))
        : tables.GetOrAdd(Key(account, account.TableUrl), _ =>
            new TableServiceClient(Url(account.TableUrl, "tableUrl"), Credential(account), Configured(new TableClientOptions())));

    private static StorageAccount Account(DeploymentEnvironment environment, string storage) =>
        environment.Storage.GetValueOrDefault(storage)
            ?? throw new ActionFailedException(ErrorKind.Invalid, $"The environment {environment.Name} has no storage account named {storage}.");

    // Keyed by the resolved text, so that a rotated secret gets a new client.
    private string? ConnectionString(StorageAccount account) => account.ConnectionString is { } reference ? secrets.Resolve(reference) : null;

    private static string Key(StorageAccount account, Uri? url) => $"{url} {account.ClientId}";

    private static Uri Url(Uri? url, string name) =>
        url ?? throw new ActionFailedException(ErrorKind.Invalid, $"The storage account has neither a connection string nor a {name}.");

    private TokenCredential Credential(StorageAccount account) => credentials.GetOrAdd(account.ClientId ?? "", id => id.Length == 0
        ? new DefaultAzureCredential()
        : new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(id)));

    private T Configured<T>(T options) where T : ClientOptions
    {
        options.Retry.MaxRetries = RetriesMax;
        options.Retry.Delay = RetryDelay;
        options.Retry.MaxDelay = RetryDelayMax;
        options.Retry.NetworkTimeout = NetworkTimeout;
        options.AddPolicy(new WritesOfCall.Policy(), HttpPipelinePosition.PerRetry);
        configure?.Invoke(options);
        return options;
    }
}
