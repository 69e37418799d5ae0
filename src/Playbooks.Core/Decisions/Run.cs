namespace Playbooks.Core.Decisions;

public sealed record Run;
