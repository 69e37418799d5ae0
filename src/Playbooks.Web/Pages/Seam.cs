using System.Collections.Immutable;

namespace Playbooks.Web.Pages;

/// <summary>What somebody may do here.</summary>
public enum Operation { ViewRuns, ViewAlerts, ViewPlaybooks, DownloadEvidence, StartRun, StartDrill, Vote, ConfirmTask, GiveOrder, SendSignal, ViewHealth }

/// <summary>Who looks.</summary>
/// <param name="Person">Id as environments name it.</param>
/// <param name="Name">For people to read.</param>
/// <param name="Groups">Names in the environment's roles.</param>
/// <param name="Roles">Roles of this product, in words.</param>
public sealed record Visitor(string Person, string Name, ImmutableArray<string> Groups, ImmutableArray<string> Roles, Func<Operation, bool> May);
