namespace Playbooks.DurableFunctions.Host;

/// <summary>What this host reads of its app settings, besides those that every host reads (<c>PLAYBOOKS_ALERTS_…</c>, <c>PLAYBOOKS_SIGNIN_…</c>, telemetry).</summary>
public static class HostVariables
{
    /// <summary>Name of the environment in which this host works: a file in the folder <c>playbooks/environments</c> that is deployed with it.</summary>
    public const string Environment = "PLAYBOOKS_ENVIRONMENT";
    /// <summary>Blob address of the account that holds journals and the rest of the state.</summary>
    public const string StateBlobs = "PLAYBOOKS_STATE_BLOBS";
    /// <summary>Table address of that account.</summary>
    public const string StateTables = "PLAYBOOKS_STATE_TABLES";
    /// <summary>A connection string instead of the two: for development, where the account is an emulator.</summary>
    public const string StateConnection = "PLAYBOOKS_STATE_CONNECTION";
    /// <summary>A key whose holder is the person at this machine: for development, with <see cref="StateConnection"/> to this machine only.</summary>
    public const string DevelopmentKey = "PLAYBOOKS_DEVELOPMENT_KEY";
}
