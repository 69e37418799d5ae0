using System.Text.Json;
using Playbooks.Connectors.Artifacts;
using Playbooks.Connectors.Artifacts.Stores;
using Playbooks.Connectors.Erasures;
using Playbooks.Connectors.Storage;

namespace Playbooks.Cli.LocalStack;

/// <summary>Makes the healthy system that a drill starts from. What goes wrong comes from the playbook's own <c>inject</c>.</summary>
internal sealed class DrillSeed(string folder, DrillStack stack, TimeProvider time)
{
    private const int VersionsPerModel = 2;
    private const int ErasedSubjects = 3;

    public async Task PlantAsync(Action<string> say, CancellationToken cancellationToken)
    {
        say("publishing two validated versions of each model");
        var secrets = new Secrets();
        var storage = new StorageClients(secrets);
        var publisher = new ArtifactPublisher(new ArtifactStores(storage, secrets, time));
        foreach (var container in new[] { stack.Environment.Evidence, stack.Environment.Anchor }.Concat(stack.Environment.Models.Values.Select(model => model.Artifacts.At)).Distinct())
            await storage.Container(stack.Environment, container).CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        foreach (var (_, queue) in stack.Environment.Queues)
        {
            var queues = storage.Queues(stack.Environment, queue.Storage);
            await queues.GetQueueClient(queue.Work).CreateIfNotExistsAsync(cancellationToken: cancellationToken);
            await queues.GetQueueClient(queue.DeadLetter).CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        }
        foreach (var (model, target) in stack.Environment.Models)
        {
            var files = Path.Combine(folder, "artifact-" + model);
            await LocalProcess.RunAsync(DrillStack.Program("Playbooks.SampleService"), ["make-artifact", model, files], Path.Combine(folder, $"make-{model}.log"), time, cancellationToken);
            for (var version = 1; version <= VersionsPerModel; version++)
            {
                var record = await publisher.PublishAsync(stack.Environment, model, files, "drill set-up", "sample", cancellationToken);
                await publisher.ValidateAsync(stack.Environment, model, record.Version, "drill set-up", target.DefaultSuite, cancellationToken);
                await publisher.PromoteAsync(stack.Environment, model, record.Version, "drill set-up", cancellationToken);
            }
            await EraseAsync(storage, files, target.Artifacts.DataSets.Keys.FirstOrDefault(), cancellationToken);
        }
    }

    /// <summary>Some people whose data the versions hold have been erased since: whoever restores must erase them again.</summary>
    private async Task EraseAsync(StorageClients storage, string files, string? dataSet, CancellationToken cancellationToken)
    {
        if (dataSet is null || stack.Environment.Erasures is null)
            return;
        var ledger = ErasureLedger.Open(storage, stack.Environment, stack.Environment.Erasures, time);
        var subjects = File.ReadLines(Path.Combine(files, dataSet)).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("subject").GetString()!).Distinct().Take(ErasedSubjects);
        foreach (var subject in subjects)
            await ledger.AddAsync(subject, ErasureLedger.Everywhere, time.GetUtcNow(), "drill set-up", cancellationToken);
    }
}
