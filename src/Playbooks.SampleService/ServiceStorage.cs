using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Playbooks.Connectors.Storage;

namespace Playbooks.SampleService;

/// <summary>The storage that the service uses. Queues speak plain text: a letter is passed on exactly as it came.</summary>
/// <param name="Jobs">Null together with <paramref name="Dead"/> and <paramref name="Results"/> for a service without jobs.</param>
/// <param name="Dead">Where jobs go that cannot be done: the work queue's name with <c>-poison</c>, as Azure Functions has it.</param>
public sealed record ServiceStorage(BlobContainerClient Artifacts, QueueClient? Jobs, QueueClient? Dead, TableClient? Results)
{
    public const string DeadSuffix = "-poison";

    // The newest that Azurite 3.37 knows; the SDK's default is newer and answered with 400.
    private const BlobClientOptions.ServiceVersion BlobVersion = BlobClientOptions.ServiceVersion.V2026_06_06;
    private const QueueClientOptions.ServiceVersion QueueVersion = QueueClientOptions.ServiceVersion.V2026_06_06;

    /// <exception cref="Connectors.ActionFailedException">The secret cannot be had.</exception>
    /// <exception cref="FormatException">It is no connection string.</exception>
    public static ServiceStorage Open(ServiceOptions options)
    {
        var connection = options.ConnectionString ?? new Secrets().Resolve(options.Storage!.Value);
        var artifacts = new BlobContainerClient(connection, options.Container, new BlobClientOptions(BlobVersion));
        return options is { Queue: { } queue, Results: { } results }
            ? new ServiceStorage(artifacts, Queue(queue), Queue(queue + DeadSuffix), new TableClient(connection, results))
            : new ServiceStorage(artifacts, null, null, null);

        QueueClient Queue(string name) => new(connection, name, new QueueClientOptions(QueueVersion) { MessageEncoding = QueueMessageEncoding.None });
    }
}
