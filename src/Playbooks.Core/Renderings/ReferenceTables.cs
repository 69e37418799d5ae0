using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using Playbooks.Core.Definitions.Reading;
using Playbooks.Core.Expressions;

namespace Playbooks.Core.Renderings;

/// <summary>Words for what has only a name in the code: limits and functions.</summary>
internal static class ReferenceTables
{
    /// <summary>Name of the constant, its value, what it bounds.</summary>
    public static ImmutableArray<(string Name, string Value, string What)> Limits { get; } =
    [
        (nameof(Definitions.Limits.DocumentMaxBytes), Bytes(Definitions.Limits.DocumentMaxBytes), "Size of a document"),
        (nameof(Definitions.Limits.DepthMax), Number(Definitions.Limits.DepthMax), "Levels of JSON"),
        (nameof(Definitions.Limits.StepsMax), Number(Definitions.Limits.StepsMax), "Steps, inlined ones counted"),
        (nameof(Definitions.Limits.BlocksNestedMax), Number(Definitions.Limits.BlocksNestedMax), "Blocks inside blocks"),
        (nameof(Definitions.Limits.StepInstancesMax), Number(Definitions.Limits.StepInstancesMax), "Step instances of a run: the product of the bounds"),
        (nameof(Definitions.Limits.UndoRecordsMax), Number(Definitions.Limits.UndoRecordsMax), "Things that a run may have to take back"),
        (nameof(Definitions.Limits.ForEachItemsMax), Number(Definitions.Limits.ForEachItemsMax), "Items of a `forEach`"),
        (nameof(StepReader.ConcurrencyMax), Number(StepReader.ConcurrencyMax), "Items of a `forEach` at once"),
        (nameof(StepReader.RepeatMaxTimes), Number(StepReader.RepeatMaxTimes), "Rounds of a `repeat`"),
        (nameof(StepReader.QuorumMax), Number(StepReader.QuorumMax), "Votes that an approval may need"),
        (nameof(RetryReader.AttemptsMax), Number(RetryReader.AttemptsMax), "Attempts of a step"),
        (nameof(Definitions.Limits.PollsPerAttemptMax), Number(Definitions.Limits.PollsPerAttemptMax), "Times that a long attempt is asked how it stands"),
        (nameof(Definitions.Limits.ApprovalRoundsMax), Number(Definitions.Limits.ApprovalRoundsMax), "Rounds of one approval that is voided again and again"),
        (nameof(Definitions.Limits.QueuedRunsPerKeyMax), Number(Definitions.Limits.QueuedRunsPerKeyMax), "Starts that wait for one key"),
        (nameof(Definitions.Limits.CardsMax), Number(Definitions.Limits.CardsMax), "Cards of a run that can be updated"),
        (nameof(Definitions.Limits.RefusalsMax), Number(Definitions.Limits.RefusalsMax), "Requests refused at the door that a run's journal keeps"),
        (nameof(Definitions.Limits.EditorsMax), Number(Definitions.Limits.EditorsMax), "People named as editors of a version"),
        (nameof(Definitions.Limits.DeadLettersAtLeastMax), Number(Definitions.Limits.DeadLettersAtLeastMax), "Dead letters that a trigger may wait for"),
        (nameof(Definitions.Limits.InlineDepthMax), Number(Definitions.Limits.InlineDepthMax), "Playbooks inside playbooks"),
        (nameof(Definitions.Limits.StepOutputMaxBytes), Bytes(Definitions.Limits.StepOutputMaxBytes), "Output of a step"),
        (nameof(Definitions.Limits.RunOutputsMaxBytes), Bytes(Definitions.Limits.RunOutputsMaxBytes), "Outputs of all steps of a run"),
        (nameof(Definitions.Limits.InputsAndAlertMaxBytes), Bytes(Definitions.Limits.InputsAndAlertMaxBytes), "Inputs and alert together"),
        (nameof(Expression.MaxTextBytes), Bytes(Expression.MaxTextBytes), "Text of an expression"),
        (nameof(Budget.DefaultMaxSteps), Number(Budget.DefaultMaxSteps), "Steps that evaluating a template may take"),
        (nameof(Budget.DefaultMaxValueBytes), Bytes(Budget.DefaultMaxValueBytes), "Size of any value on the way"),
        (nameof(InputReader.PatternMaxLength), Number(InputReader.PatternMaxLength), "Characters of an input's `pattern`"),
        (nameof(Scalars.TextMaxLength), Number(Scalars.TextMaxLength), "Characters of a text, where nothing less is said"),
        (nameof(ErrorList.Max), Number(ErrorList.Max), "Errors that are listed at once"),
        (nameof(Definitions.Limits.TimeoutDefault), PlainWords.Of(Definitions.Limits.TimeoutDefault), "An attempt, where no `timeout` is given"),
        (nameof(Definitions.Limits.AskWithinDefault), PlainWords.Of(Definitions.Limits.AskWithinDefault), "A person's time to answer `ask`, where no `askWithin` is given"),
        (nameof(Definitions.Limits.FinallyWithinDefault), PlainWords.Of(Definitions.Limits.FinallyWithinDefault), "All of `finally`, where no `finallyWithin` is given"),
        (nameof(Definitions.Limits.OutcomeGrace), PlainWords.Of(Definitions.Limits.OutcomeGrace), "After its deadline an attempt may still report; then its outcome is unknown"),
    ];

    /// <summary>What a function gives.</summary>
    /// <exception cref="KeyNotFoundException">A function has no words: write them here.</exception>
    public static string Gives(Function function) => Functions[function.Name];

    private static readonly FrozenDictionary<string, string> Functions = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["abs"] = "The number without its sign.",
        ["avg"] = "The mean; null for no numbers.",
        ["ceil"] = "The next whole number above.",
        ["contains"] = "Whether the array has the value, or the text the part.",
        ["ends_with"] = "Whether the text ends so.",
        ["floor"] = "The next whole number below.",
        ["join"] = "The texts, with the first argument between them.",
        ["keys"] = "The names of an object.",
        ["length"] = "Characters of a text, items of an array, names of an object.",
        ["map"] = "What the expression gives for each item; null is kept.",
        ["max"] = "The greatest; null for none.",
        ["max_by"] = "The item for which the expression is greatest.",
        ["merge"] = "One object of all; the last one wins.",
        ["min"] = "The least; null for none.",
        ["min_by"] = "The item for which the expression is least.",
        ["not_null"] = "The first argument that is not null.",
        ["reverse"] = "The other way round.",
        ["sort"] = "In order.",
        ["sort_by"] = "In the order of what the expression gives.",
        ["starts_with"] = "Whether the text begins so.",
        ["sum"] = "All together; 0 for none.",
        ["to_array"] = "The array itself, or an array of the one value.",
        ["to_number"] = "The number that the text says; null if it says none.",
        ["to_string"] = "The text itself, or the value as JSON.",
        ["type"] = "The name of the type.",
        ["values"] = "The values of an object.",
        ["coalesce"] = "The first argument that is not null. Allows outputs that may be missing.",
        ["if"] = "The second argument if the first is true, else the third; only that one is evaluated.",
        ["require"] = "The first argument; where it is null the step fails as `invalid` with the second as the reason.",
        ["sha256"] = "SHA-256 of the text in UTF-8, lower hex.",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static string Number(int value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Bytes(int value) => string.Create(CultureInfo.InvariantCulture, $"{value / 1024} KiB");
}
