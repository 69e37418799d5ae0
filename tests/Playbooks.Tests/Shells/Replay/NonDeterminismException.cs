namespace Playbooks.Tests.Shells.Replay;

/// <summary>A replay asked for something else than what its history holds.</summary>
internal sealed class NonDeterminismException(string message) : Exception(message);
