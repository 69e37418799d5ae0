using System.Collections.Immutable;

namespace Playbooks.Core.Definitions;

/// <param name="Code">Stable: it never changes its meaning and is never used again.</param>
/// <param name="Title">A few words, for lists and SARIF.</param>
/// <param name="Remedy">How to mend it, in general; an error's own remedy is nearer to what was written.</param>
public sealed record ErrorCode(string Code, string Title, string Remedy);

/// <summary>
/// Every code an author can meet. PB10 text, PB11 form, PB12 steps, PB13 expressions, PB14 approvals, PB15 recovery, PB16 limits,
/// PB17 inlined playbooks, PB18 triggers, PB20 the proof, PB30 environments.
/// </summary>
public static class ErrorCodes
{
    private static readonly List<ErrorCode> Table = [];

    public static readonly ErrorCode NotJson = Of("PB1001", "The text is not strict JSON",
        "Write JSON as RFC 8259 has it: double quotes, no comments, no trailing commas, every name once, whole characters.");
    public static readonly ErrorCode DocumentTooLarge = Of("PB1002", "The document is larger than the limit",
        "Move what is large into a playbook of its own and put it in place with a playbook step.");
    public static readonly ErrorCode NestedTooDeep = Of("PB1003", "JSON is nested deeper than the limit",
        "Make it flatter.");
    public static readonly ErrorCode TooManyErrors = Of("PB1004", "More errors than are worth listing",
        "Mend the first ones and validate again; what follows is often their echo.");

    public static readonly ErrorCode WrongType = Of("PB1101", "Wrong JSON type",
        "Write the type that the message names.");
    public static readonly ErrorCode MissingField = Of("PB1102", "A required field is missing",
        "Add the field; the message shows an example.");
    public static readonly ErrorCode UnknownField = Of("PB1103", "Unknown field",
        "Correct the spelling, or remove the field. Nothing is ever ignored.");
    public static readonly ErrorCode UnknownWord = Of("PB1104", "Not one of the allowed words",
        "Take one of the words that the message lists.");
    public static readonly ErrorCode OutOfRange = Of("PB1105", "Number out of range",
        "Stay within the bounds that the message names.");
    public static readonly ErrorCode BadName = Of("PB1106", "Not a valid name",
        "Start with a small letter; go on with letters and digits, or with small letters, digits and hyphens where the environment's names stand.");
    public static readonly ErrorCode BadDuration = Of("PB1107", "Not a valid duration",
        "Write ISO 8601 without years and months, for example PT30S, PT2M or P1D; 30 days at most.");
    public static readonly ErrorCode BadLength = Of("PB1108", "Empty or too long",
        "Write something, and keep it short.");
    public static readonly ErrorCode BadCron = Of("PB1109", "Not a cron expression of five fields",
        "Write minute, hour, day of month, month and day of week, for example 0 4 * * 2. It is read in UTC.");
    public static readonly ErrorCode BadPattern = Of("PB1110", "Not a usable regular expression",
        "Use a pattern without look-around and back references, on a string, of at most 256 characters.");
    public static readonly ErrorCode BadVersion = Of("PB1111", "Not a version",
        "Write three numbers, for example 1.2.0.");
    public static readonly ErrorCode BadDigest = Of("PB1112", "Not a SHA-256",
        "Write the 64 lower-case hexadecimal digits that sha256sum prints.");
    public static readonly ErrorCode BadInstant = Of("PB1113", "Not an instant",
        "Write an instant with its offset, for example 2026-01-31T04:00:00Z.");
    public static readonly ErrorCode BadInput = Of("PB1114", "A value does not fit its declaration",
        "Give a value of the declared type that matches pattern and enum.");
    public static readonly ErrorCode Repeated = Of("PB1115", "Repeated value",
        "Remove one of the two.");

    public static readonly ErrorCode NoKind = Of("PB1201", "A step has no kind",
        "Add one of the kinds, for example do, approve or wait.");
    public static readonly ErrorCode SeveralKinds = Of("PB1202", "A step has more than one kind",
        "Make two steps of it.");
    public static readonly ErrorCode UnknownAction = Of("PB1203", "Unknown action",
        "Take an action of the catalogue below.");
    public static readonly ErrorCode RepeatedId = Of("PB1204", "A step id is used twice",
        "Give every step an id of its own, also inside blocks, finally and inject.");
    public static readonly ErrorCode FieldNotHere = Of("PB1205", "This kind of step does not take the field",
        "Remove it, or put it on a step that takes it.");
    public static readonly ErrorCode BadGoto = Of("PB1206", "goto must name a later step of the same list",
        "Name a step that comes later in the same list. Nothing jumps backward, so that the worst case stays known.");
    public static readonly ErrorCode GotoOverApproval = Of("PB1207", "goto leads around an approval",
        "Jump to a step before the approval, or let the approval cover nothing behind the target.");
    public static readonly ErrorCode MustNotBeSkipped = Of("PB1208", "This step must not be skipped or passed over",
        "Remove the field. Approvals, the step that recovers and reapplied erasures always run.");
    public static readonly ErrorCode LeadsAround = Of("PB1209", "A block leads around a step that must not be passed over",
        "Move the step out of the block, or take away what leads around it.");
    public static readonly ErrorCode NeverReached = Of("PB1210", "A step is never reached",
        "Remove the step, or what ends the run before it.");
    public static readonly ErrorCode DrillOnly = Of("PB1211", "An action for drills stands outside inject",
        "Move it to drill.inject.");
    public static readonly ErrorCode OnlyActions = Of("PB1212", "Only actions may stand here",
        "In finally and inject only do steps may stand.");
    public static readonly ErrorCode CannotSimulate = Of("PB1213", "The action cannot be simulated",
        "Let it run or skip it in drills.");
    public static readonly ErrorCode MissingInput = Of("PB1220", "The action needs an input",
        "Add the input to with.");
    public static readonly ErrorCode UnknownInput = Of("PB1221", "The action has no such input",
        "Correct the spelling, or remove it.");
    public static readonly ErrorCode WrongInput = Of("PB1222", "An input has the wrong type, word or size",
        "Give a value of the type, word or size that the action declares.");
    public static readonly ErrorCode UnsafeRetry = Of("PB1230", "An effect that cannot be repeated would be",
        "Remove the error kind from on, or use an action that is keyed or checked.");
    public static readonly ErrorCode UndoNotHere = Of("PB1231", "An undo stands where none may",
        "Remove the undo: the action changes nothing, protects, is undone by itself, or stands where nothing is undone.");
    public static readonly ErrorCode UnsafeUndo = Of("PB1232", "An undo must be keyed or checked",
        "Take an action that is keyed or checked.");
    public static readonly ErrorCode NoUndo = Of("PB1233", "A change has no undo",
        "Add an undo that brings back what was there before.");

    public static readonly ErrorCode BadExpression = Of("PB1301", "Not a valid expression",
        "Write JMESPath between ${ and }.");
    public static readonly ErrorCode UnknownScope = Of("PB1302", "An expression reads what is not there",
        "Read inputs, alert, run or steps; item and index only inside a block that repeats.");
    public static readonly ErrorCode UnknownStep = Of("PB1303", "An expression names an unknown step",
        "Name a step of this playbook.");
    public static readonly ErrorCode StepNotEnded = Of("PB1304", "An expression reads a step that has not ended",
        "Read steps that come before, or the output of the whole block from outside.");
    public static readonly ErrorCode UnknownPath = Of("PB1305", "An expression reads an undeclared path",
        "Read what the action or block declares.");
    public static readonly ErrorCode MayBeMissing = Of("PB1306", "An output may be missing",
        "Put it into coalesce, require, or an if on the step's status.");
    public static readonly ErrorCode UndeclaredInput = Of("PB1307", "An expression names an undeclared input",
        "Declare the input, or correct its name.");
    public static readonly ErrorCode NotKnownBeforeApproval = Of("PB1308", "A covered step uses what is not known before its approval",
        "Use only what is known before the approval, or put a second approval later.");

    public static readonly ErrorCode UnknownRole = Of("PB1401", "The role is not declared",
        "Declare the role in roles.");
    public static readonly ErrorCode BadCovers = Of("PB1402", "covers must name later steps behind the approval",
        "Name steps that come after the approval.");
    public static readonly ErrorCode EscalatesTooLate = Of("PB1403", "An escalation comes after the decision",
        "Escalate before decideWithin is over.");
    public static readonly ErrorCode ProceedIrreversible = Of("PB1404", "Silence would permit what cannot be taken back",
        "Let silence mean deny, or jump past what is covered.");
    public static readonly ErrorCode GotoIntoCovered = Of("PB1405", "onTimeout must lead past all that the approval covers",
        "Name a step behind everything that the approval covers.");

    public static readonly ErrorCode RecoversNotVerifying = Of("PB1501", "recovers stands on an action that does not verify",
        "Put recovers on model.verify.");
    public static readonly ErrorCode RecoversTwice = Of("PB1502", "recovers stands twice",
        "Leave one on each path.");
    public static readonly ErrorCode RecoversInBlock = Of("PB1503", "recovers stands where not every run passes once",
        "Put it at the top level, outside blocks that repeat or branch and outside finally.");
    public static readonly ErrorCode NeverRecovers = Of("PB1504", "No step recovers",
        "Add a model.verify with \"recovers\": true.");
    public static readonly ErrorCode NotRejoined = Of("PB1505", "A model is not given back all its requests before recovers",
        "Add a model.rejoin of the same model up to 100 percent before it.");
    public static readonly ErrorCode EndsTooEasily = Of("PB1506", "The run could end without recovering",
        "End as failed or stoodDown, or let the step that recovers come first.");

    public static readonly ErrorCode TooManySteps = Of("PB1601", "More steps than the limit",
        "Split the playbook.");
    public static readonly ErrorCode BlocksTooDeep = Of("PB1602", "Blocks are nested deeper than the limit",
        "Put the inner block into a playbook of its own, or make it flatter.");
    public static readonly ErrorCode TooManyInstances = Of("PB1603", "More step instances than the limit",
        "Lower maxItems or maxTimes.");
    public static readonly ErrorCode TooManyUndos = Of("PB1604", "More undo records than the limit",
        "Change fewer things in one run; each is a record that may have to be taken back.");
    public static readonly ErrorCode TooManyItems = Of("PB1605", "More items than the limit",
        "Give fewer items, or raise maxItems as far as the limit.");
    public static readonly ErrorCode InlinedTooDeep = Of("PB1606", "Playbooks are inlined deeper than the limit",
        "Put the inner playbook's steps in place directly.");
    public static readonly ErrorCode ExpressionTooLong = Of("PB1607", "An expression is longer than the limit",
        "Split the expression, or move text out of it.");

    public static readonly ErrorCode InlineNotFound = Of("PB1701", "The inlined playbook was not found",
        "Put the playbook into the folder, or correct name and version.");
    public static readonly ErrorCode InlineDiffers = Of("PB1702", "The inlined playbook is not the pinned one",
        "Look at what has changed, then pin the new version and SHA-256.");
    public static readonly ErrorCode InlineCycle = Of("PB1703", "Playbooks inline each other in a circle",
        "Break the circle.");
    public static readonly ErrorCode InlineFinally = Of("PB1704", "An inlined playbook cannot bring a finally",
        "Move its finally into the outer playbook.");
    public static readonly ErrorCode SameVersionOtherText = Of("PB1705", "The same version with another text",
        "Raise the version.");

    public static readonly ErrorCode TriggerMissesInput = Of("PB1801", "A trigger does not give a required input",
        "Give it in the trigger's inputs, or declare a default.");
    public static readonly ErrorCode BadTrigger = Of("PB1802", "A trigger is not exactly one of its kinds",
        "Write exactly one of alert, deadLetters and schedule.");

    public static readonly ErrorCode RtoExceeded = Of("PB2001", "The worst case exceeds the RTO",
        "Shorten timeouts, attempts or decideWithin of the longest steps, or promise more time.");
    public static readonly ErrorCode DegradedTooLate = Of("PB2002", "The worst case until the first isolation exceeds degradedWithin",
        "Isolate first, with a shorter timeout or fewer attempts.");
    public static readonly ErrorCode FailsBeforeIsolation = Of("PB2003", "A step can fail the run before the first isolation",
        "Isolate before it, or let it continue on failure.");
    public static readonly ErrorCode ErasuresNotReapplied = Of("PB2004", "Erasures are not reapplied after a restore",
        "Add erasures.reapply of the same model between the restore and the step that recovers.");
    public static readonly ErrorCode BudgetTooSmall = Of("PB2101", "A step's worst case exceeds its budget",
        "Raise the budget, or shorten timeout or attempts.");
    public static readonly ErrorCode FinallyTooLong = Of("PB2102", "The steps of finally may not all fit",
        "Raise finallyWithin, or shorten timeout or attempts.");

    public static readonly ErrorCode UnknownStorage = Of("PB3001", "The storage account is not declared",
        "Declare it under storage, or correct the name.");
    public static readonly ErrorCode UnknownGateway = Of("PB3002", "The gateway is not declared",
        "Declare it under gateways, or correct the name.");
    public static readonly ErrorCode LiteralSecret = Of("PB3003", "A secret stands in the file",
        "Write env:NAME or file:PATH. Change the secret: who has read the file has it.");
    public static readonly ErrorCode BadUrl = Of("PB3004", "Not a usable URL",
        "Write an absolute http or https URL without user and password; an origin has no path.");
    public static readonly ErrorCode BadStorage = Of("PB3005", "A storage account needs a connection string or URLs",
        "Write either connectionString or the URLs, not both.");
    public static readonly ErrorCode DrillSettingsInLive = Of("PB3006", "Drill settings in a live environment",
        "Remove them, or make it a drill environment.");
    public static readonly ErrorCode UnknownSuite = Of("PB3007", "The suite is not declared",
        "Declare it under the model's suites.");
    public static readonly ErrorCode UnknownGroup = Of("PB3008", "The group is not declared",
        "Declare it under roles, or correct the name.");
    public static readonly ErrorCode NoDevelopment = Of("PB3009", "People of a directory where anybody signs in as anybody",
        "Remove signIn, or name dev: people alone.");
    public static readonly ErrorCode BadTeamsChannel = Of("PB3010", "Not a channel of Teams",
        "Write the channel's id, and name a channel of kind teams where runs get their threads.");
    public static readonly ErrorCode BadGuid = Of("PB3011", "Not an id of Entra",
        "Write a GUID as the portal shows it.");
    public static readonly ErrorCode SharedTarget = Of("PB3101", "Two environments share a target",
        "Give each environment targets of its own, so that a drill cannot reach what is live.");
    public static readonly ErrorCode SharedIdentity = Of("PB3102", "Two environments share an identity",
        "Give each environment identities and keys of its own.");
    public static readonly ErrorCode SharedName = Of("PB3103", "Two environments have the same name",
        "Name them differently.");
    public static readonly ErrorCode SharedAnchor = Of("PB3104", "Chain heads are anchored beside the evidence",
        "Anchor in the storage of another identity.");
    public static readonly ErrorCode NotInEnvironment = Of("PB3201", "The environment has no such name",
        "Add the name to the environment, or correct it.");
    public static readonly ErrorCode NotADrillEnvironment = Of("PB3202", "Injections need a drill environment",
        "Run the drill in a drill environment.");

    public static ImmutableArray<ErrorCode> All { get; } = [.. Table];

    /// <summary>Null for what is no code of ours.</summary>
    public static ErrorCode? Find(string code) => All.FirstOrDefault(known => known.Code == code);

    private static ErrorCode Of(string code, string title, string remedy)
    {
        var made = new ErrorCode(code, title, remedy);
        Table.Add(made);
        return made;
    }
}
