namespace Playbooks.Core.Definitions;

/// <summary>Which text an inlining step wants.</summary>
/// <param name="Sha256">Of the text in UTF-8, lower hex.</param>
public sealed record PlaybookPin(string Name, string Version, string Sha256);

/// <summary>A text and what to call it in errors.</summary>
public sealed record PlaybookSource(string FileName, string Text);

/// <summary>A text that was put in place when a playbook was read. A run keeps it by its digest.</summary>
public sealed record InlinedText(string Name, string Version, string Digest, string Text);
