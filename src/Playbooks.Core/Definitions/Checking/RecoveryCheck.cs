using System.Text.Json;
using Playbooks.Core.Expressions;

namespace Playbooks.Core.Definitions.Checking;

/// <summary>A playbook that isolates, or promises a time, recovers exactly once, with every model back in service.</summary>
internal sealed class RecoveryCheck(Subject subject)
{
    public void Run()
    {
        var recovering = subject.Main.OfType<Step.Do>().Where(step => step.Recovers).ToArray();
        foreach (var step in recovering)
            CheckPlace(step);
        foreach (var second in recovering.Skip(1))
            subject.NodeOf(second, "recovers").ErrorAtName(ErrorCodes.RecoversTwice, $"'{subject.Written(recovering[0])}' recovers already.", "Let only the last verification recover.");
        var isolating = subject.Main.OfType<Step.Do>().Where(step => step.Action.Name == Catalogue.Isolate).ToArray();
        var promise = subject.Draft.Objectives.Rto is not null ? subject.Draft.Document.Root.Property("objectives")?.Property("rto") : null;
        if (isolating.Length == 0 && promise is null)
            return;
        if (recovering.Length == 0)
            (isolating.Length > 0 ? subject.NodeOf(isolating[0]) : promise!.Value).Error(ErrorCodes.NeverRecovers,
                isolating.Length > 0 ? "The playbook isolates a model but no step recovers." : "The playbook promises a time but no step recovers.",
                "Add \"recovers\": true to the model.verify that shows that the service is well again.");
        else
            CheckRejoined(isolating, recovering[0]);
        foreach (var end in subject.Main.OfType<Step.Finish>().Where(end => end.As == FinishAs.Completed))
            subject.NodeOf(end, "end", "as").Error(ErrorCodes.EndsTooEasily, "The run would end as completed without having recovered.", "Write \"stoodDown\" for a false alarm, else go on to the step that recovers.");
    }

    private void CheckPlace(Step.Do step)
    {
        if (!step.Action.Verifies && !subject.IsBroken(step))
            subject.NodeOf(step, "recovers").ErrorAtName(ErrorCodes.RecoversNotVerifying, $"'{step.Action.Name}' verifies nothing.",
                $"Put it on one of {string.Join(", ", Catalogue.Actions.Where(action => action.Verifies).Select(action => action.Name))}.");
        foreach (var (block, _) in subject.Tree.Around(step))
        {
            if (block is not Step.Inline || block.When is not null || block.InDrill != InDrill.Run)
                subject.NodeOf(step, "recovers").ErrorAtName(ErrorCodes.RecoversInBlock, $"Not every run passes '{subject.Written(block)}' exactly once.", "Move the step that recovers behind the block.");
        }
    }

    private void CheckRejoined(IEnumerable<Step.Do> isolating, Step.Do recovering)
    {
        var until = subject.Main.TakeWhile(step => !ReferenceEquals(step, recovering)).OfType<Step.Do>().ToList();
        foreach (var isolate in isolating.Where(until.Contains).Where(step => !subject.IsBroken(step)))
        {
            var model = ModelOf(isolate);
            var behind = until.SkipWhile(step => !ReferenceEquals(step, isolate)).Skip(1);
            if (!behind.Any(step => step.Action.Name == Catalogue.Rejoin && ModelOf(step) == model && MayReachAll(step)))
                subject.NodeOf(isolate).Error(ErrorCodes.NotRejoined, $"Nothing gives {subject.NodeOf(isolate, "with", "model").Shown} back all its requests before '{subject.Written(recovering)}'.",
                    "Add a model.rejoin of the same model text that reaches percent 100 in between.");
        }
    }

    private string ModelOf(Step.Do step) => ModelText.Of(step, subject.Tree.Around(step).Select(around => around.Block));

    /// <summary>False only where the percent is known and is another; what an expression gives is checked when it runs.</summary>
    private bool MayReachAll(Step.Do rejoin) => rejoin.With.FirstOrDefault(field => field.Name == "percent")?.Value switch
    {
        JsonTemplate.Literal literal => literal.Value.AsInt64() == 100,
        JsonTemplate.Text text when text.Template.Parts is [TemplatePart.Embedded { Expression: var expression }] && expression.Text.Trim() == "item" => LastItemMayBeAll(rejoin),
        _ => true,
    };

    private bool LastItemMayBeAll(Step rejoin)
    {
        var block = subject.Tree.Around(rejoin).Select(around => around.Block).FirstOrDefault(block => block is Step.ForEach or Step.Repeat);
        return block is not Step.ForEach { Items: JsonTemplate.Literal { Value: { Kind: JsonValueKind.Array } items } } forEach
            || (items.Elements.LastOrDefault()?.AsInt64() == 100 && forEach.Concurrency == 1);
    }
}
