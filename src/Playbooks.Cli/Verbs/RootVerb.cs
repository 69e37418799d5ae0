using System.CommandLine;
using Playbooks.Cli.Drill;

namespace Playbooks.Cli.Verbs;

/// <summary><c>playbooks</c> itself, with every verb.</summary>
internal static class RootVerb
{
    public static RootCommand Create()
    {
        var root = new RootCommand("""
            Recovers AI systems in production: an alert starts a playbook that isolates the model, restores its last good version, replays its
            jobs, asks people, and times it all against the recovery objective. Start here: playbooks drill model-corruption --approve
            """)
        {
            DrillVerb.Create(), RunVerb.Create(), ServeVerb.Create(), ValidateVerb.Create(), ProveVerb.Create(), TestVerb.Create(),
            ExplainVerb.Create(), PlanVerb.Create(), AlertVerb.Create(), AlertsVerb.Create(), GraphVerb.Create(), DiffVerb.Create(), ArtifactVerbs.Create(), GatewayVerbs.Create(), TeamsVerbs.Create(),
        };
        foreach (var command in LookVerbs.Create().Concat(PeopleVerbs.Create()).Concat(EvidenceVerbs.Create()))
            root.Add(command);
        return root;
    }
}
