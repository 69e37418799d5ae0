using Playbooks.Connectors.Storage;

namespace Playbooks.Connectors;

/// <summary>Every action of the catalogue with the class that does it. A test compares the two lists.</summary>
public static class AllActions
{
    public static ActionSet Create(StorageClients storage, Secrets secrets, TimeProvider time) => new(
    [
    ], time);
}
