namespace Playbooks.Hosting;

/// <summary>Something is set so that no host can start with it. The message says how to mend it and repeats no secret.</summary>
public sealed class HostSettingException(string message) : Exception(message);
