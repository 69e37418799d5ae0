namespace Playbooks.Cli.LocalStack;

/// <summary>Something on this machine that a drill needs is missing or did not start. The message says what to do about it.</summary>
internal sealed class LocalStackException(string message, Exception? inner = null) : Exception(message, inner);
