using System.Collections.Immutable;
using System.Text.Json;
using Playbooks.Core.Definitions.Environments;
using Playbooks.Core.Definitions.Reading;
using Playbooks.Core.Expressions;

namespace Playbooks.Core.Definitions;

/// <summary>Whether a playbook can run in an environment: everything that it names plainly exists there.</summary>
public static class EnvironmentFit
{
    /// <param name="fileName">What errors call the playbook.</param>
    /// <param name="asDrill">As a drill, so that its injections are checked, too, and the environment must be one for drills.</param>
    public static ImmutableArray<AuthorError> Check(Playbook playbook, DeploymentEnvironment environment, string fileName, bool asDrill = false)
    {
        // Read again, because a playbook does not keep where everything was written.
        var errors = new ErrorList();
        if (Document.Open(playbook.Text, fileName, errors) is not { } document)
            return errors.InOrder();
        var facts = new FactTable();
        var draft = PlaybookDraftReader.Read(document, errors, facts, resolver: pin =>
            playbook.Inlined.FirstOrDefault(text => text.Digest == pin.Sha256) is { } text ? new PlaybookSource($"{text.Name}@{text.Version}", text.Text) : null);
        var steps = draft.Steps.SelectMany(step => step.WithDescendants()).Concat(draft.Finally).Concat(asDrill ? draft.Drill?.Inject ?? [] : []);
        foreach (var step in steps.OfType<Step.Do>())
        {
            CheckAction(step.Action, step.With, facts[step].Node, environment);
            if (step.Undo is { } undo && facts[step].Node.Property("undo") is { } node)
                CheckAction(undo.Action, undo.With, node, environment);
        }
        foreach (var (trigger, at) in draft.Triggers)
        {
            if (trigger is Trigger.OnDeadLetters && at.Node.Property("deadLetters")?.Property("queue") is { } queue)
                CheckName(queue, Refers.Queue, null, environment);
        }
        CheckGivenInputs(draft, environment);
        foreach (var (role, group) in playbook.Roles)
        {
            if (!environment.Roles.ContainsKey(group))
                document.Root.Property("roles")?.Property(role)?.Error(ErrorCodes.NotInEnvironment, $"The environment '{environment.Name}' has no group '{group}'.",
                    NearestName.Advice(group, [.. environment.Roles.Keys], "Add it to the environment's roles."));
        }
        if (asDrill && playbook.Drill is not null && environment.Kind != EnvironmentKind.Drill)
            document.Root.Property("drill")?.ErrorAtName(ErrorCodes.NotADrillEnvironment, $"'{environment.Name}' is a live environment.", "Run the drill in a drill environment.");
        foreach (var restore in PersonalData.Unerased(playbook, environment))
        {
            if (steps.FirstOrDefault(step => step.Id == restore.Id) is { } written)
                facts[written].Node.Error(ErrorCodes.ErasuresNotReapplied, $"'{restore.Id}' may bring back people who were erased since the version was made.",
                    "Add erasures.reapply of the same model between it and the step that recovers.");
        }
        return errors.InOrder();
    }

    /// <summary>
    /// A plain value of a schedule, of dead letters or of a default that becomes a name of the environment. Drills are scheduled for drill environments, the rest
    /// for live ones; dead letters are counted in both.
    /// </summary>
    private static void CheckGivenInputs(Draft draft, DeploymentEnvironment environment)
    {
        var references =
            from step in draft.Steps.SelectMany(step => step.WithDescendants()).OfType<Step.Do>()
            from field in step.With
            let input = step.Action.Input(field.Name)
            where input is { Refers: not Refers.Nothing } && field.Value is JsonTemplate.Text
            from template in field.Value.Templates()
            where template.Parts is [TemplatePart.Embedded]
            from reference in template.References()
            where reference.Path is ["inputs", _]
            select (Name: reference.Path[1], input.Refers);
        foreach (var (name, refers) in references.Distinct())
        {
            var given = draft.Triggers
                .Where(trigger => trigger.Trigger is Trigger.OnDeadLetters || (trigger.Trigger is Trigger.OnSchedule schedule && schedule.Drill == (environment.Kind == EnvironmentKind.Drill)))
                .Select(trigger => trigger.Facts.Node.Property("inputs")?.Property(name))
                .Append(draft.Document.Root.Property("inputs")?.Property(name)?.Property("default"));
            foreach (var node in given.OfType<Node>().Where(node => node.Text is { } text && !Reading.TemplateReader.HoldsExpression(text)))
                CheckName(node, refers, null, environment);
        }
    }

    private static void CheckAction(ActionDeclaration action, ImmutableArray<TemplateField> with, Node step, DeploymentEnvironment environment)
    {
        var model = Literal(with, "model");
        foreach (var field in with)
        {
            if (Literal(with, field.Name) is not { } name || action.Input(field.Name) is not { } input || step.Property("with")?.Property(field.Name) is not { } node)
                continue;
            if (field.Name == "url" && action.Name.StartsWith("http.", StringComparison.Ordinal))
                CheckOrigin(name, node, environment);
            CheckName(node, input.Refers, model, environment);
        }
    }

    private static void CheckName(Node node, Refers refers, string? model, DeploymentEnvironment environment)
    {
        var known = Known(refers, model, environment);
        if (known is not null && !known.Contains(node.Text))
            node.Error(ErrorCodes.NotInEnvironment, $"The environment '{environment.Name}' has no {WireName.Of(refers)} '{Fields.Short(node.Text!)}'.",
                NearestName.Advice(node.Text!, known, known.Length == 0 ? "Add it to the environment." : $"It has {string.Join(", ", known)}."));
    }

    private static string? Literal(ImmutableArray<TemplateField> with, string name) =>
        with.FirstOrDefault(field => field.Name == name)?.Value is JsonTemplate.Literal { Value: { Kind: JsonValueKind.String } value } ? value.AsString() : null;

    private static string[]? Known(Refers refers, string? model, DeploymentEnvironment environment) => refers switch
    {
        Refers.Nothing => null,
        Refers.Model => [.. environment.Models.Keys],
        Refers.Queue => [.. environment.Queues.Keys],
        Refers.Channel => [.. environment.Channels.Keys],
        Refers.Role => [.. environment.Roles.Keys],
        Refers.Suite => model is not null && environment.Models.TryGetValue(model, out var target)
            ? [.. target.Suites.Keys] : [.. environment.Models.Values.SelectMany(known => known.Suites.Keys).Distinct()],
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static void CheckOrigin(string url, Node node, DeploymentEnvironment environment)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var parsed))
            node.Error(ErrorCodes.BadUrl, $"{node.Shown} is no URL to call.", "Write an absolute http or https URL.");
        else if (!environment.HttpOrigins.Contains(EnvironmentScalars.Origin(parsed)))
            node.Error(ErrorCodes.NotInEnvironment, $"The environment '{environment.Name}' does not allow {EnvironmentScalars.Origin(parsed)}.", "Add the origin to httpOrigins.");
    }
}
