using System.Collections.Immutable;

namespace Playbooks.Core.Definitions;

/// <param name="Code">Stable: it never changes its meaning and is never used again.</param>
/// <param name="Title">A few words, for lists and SARIF.</param>
public sealed record ErrorCode(string Code, string Title);

/// <summary>
/// Every code an author can meet. PB10 text, PB11 form, PB12 steps, PB13 expressions, PB14 approvals, PB15 recovery, PB16 limits,
/// PB17 inlined playbooks, PB18 triggers, PB20 the proof, PB30 environments.
/// </summary>
public static class ErrorCodes
{
    private static readonly List<ErrorCode> Table = [];

    public static readonly ErrorCode NotJson = Of("PB1001", "The text is not strict JSON");
    public static readonly ErrorCode DocumentTooLarge = Of("PB1002", "The document is larger than the limit");
    public static readonly ErrorCode NestedTooDeep = Of("PB1003", "JSON is nested deeper than the limit");
    public static readonly ErrorCode TooManyErrors = Of("PB1004", "More errors than are worth listing");

    public static readonly ErrorCode WrongType = Of("PB1101", "Wrong JSON type");
    public static readonly ErrorCode MissingField = Of("PB1102", "A required field is missing");
    public static readonly ErrorCode UnknownField = Of("PB1103", "Unknown field");
    public static readonly ErrorCode UnknownWord = Of("PB1104", "Not one of the allowed words");
    public static readonly ErrorCode OutOfRange = Of("PB1105", "Number out of range");
    public static readonly ErrorCode BadName = Of("PB1106", "Not a valid name");
    public static readonly ErrorCode BadDuration = Of("PB1107", "Not a valid duration");
    public static readonly ErrorCode BadLength = Of("PB1108", "Empty or too long");
    public static readonly ErrorCode BadCron = Of("PB1109", "Not a cron expression of five fields");
    public static readonly ErrorCode BadPattern = Of("PB1110", "Not a usable regular expression");
    public static readonly ErrorCode BadVersion = Of("PB1111", "Not a version");
    public static readonly ErrorCode BadDigest = Of("PB1112", "Not a SHA-256");
    public static readonly ErrorCode BadInstant = Of("PB1113", "Not an instant");
    public static readonly ErrorCode BadInput = Of("PB1114", "A value does not fit its declaration");
    public static readonly ErrorCode Repeated = Of("PB1115", "Repeated value");

    public static readonly ErrorCode NoKind = Of("PB1201", "A step has no kind");
    public static readonly ErrorCode SeveralKinds = Of("PB1202", "A step has more than one kind");
    public static readonly ErrorCode UnknownAction = Of("PB1203", "Unknown action");
    public static readonly ErrorCode RepeatedId = Of("PB1204", "A step id is used twice");
    public static readonly ErrorCode FieldNotHere = Of("PB1205", "This kind of step does not take the field");
    public static readonly ErrorCode BadGoto = Of("PB1206", "goto must name a later step of the same list");
    public static readonly ErrorCode GotoOverApproval = Of("PB1207", "goto leads around an approval");
    public static readonly ErrorCode MustNotBeSkipped = Of("PB1208", "This step must not be skipped or passed over");
    public static readonly ErrorCode LeadsAround = Of("PB1209", "A block leads around a step that must not be passed over");
    public static readonly ErrorCode NeverReached = Of("PB1210", "A step is never reached");
    public static readonly ErrorCode DrillOnly = Of("PB1211", "An action for drills stands outside inject");
    public static readonly ErrorCode OnlyActions = Of("PB1212", "Only actions may stand here");
    public static readonly ErrorCode CannotSimulate = Of("PB1213", "The action cannot be simulated");
    public static readonly ErrorCode MissingInput = Of("PB1220", "The action needs an input");
    public static readonly ErrorCode UnknownInput = Of("PB1221", "The action has no such input");
    public static readonly ErrorCode WrongInput = Of("PB1222", "An input has the wrong type, word or size");
    public static readonly ErrorCode UnsafeRetry = Of("PB1230", "An effect that cannot be repeated would be");
    public static readonly ErrorCode UndoNotHere = Of("PB1231", "An undo stands where none may");
    public static readonly ErrorCode UnsafeUndo = Of("PB1232", "An undo must be keyed or checked");
    public static readonly ErrorCode NoUndo = Of("PB1233", "A change has no undo");

    public static readonly ErrorCode BadExpression = Of("PB1301", "Not a valid expression");
    public static readonly ErrorCode UnknownScope = Of("PB1302", "An expression reads what is not there");
    public static readonly ErrorCode UnknownStep = Of("PB1303", "An expression names an unknown step");
    public static readonly ErrorCode StepNotEnded = Of("PB1304", "An expression reads a step that has not ended");
    public static readonly ErrorCode UnknownPath = Of("PB1305", "An expression reads an undeclared path");
    public static readonly ErrorCode MayBeMissing = Of("PB1306", "An output may be missing");
    public static readonly ErrorCode UndeclaredInput = Of("PB1307", "An expression names an undeclared input");
    public static readonly ErrorCode NotKnownBeforeApproval = Of("PB1308", "A covered step uses what is not known before its approval");

    public static readonly ErrorCode UnknownRole = Of("PB1401", "The role is not declared");
    public static readonly ErrorCode BadCovers = Of("PB1402", "covers must name later steps behind the approval");
    public static readonly ErrorCode EscalatesTooLate = Of("PB1403", "An escalation comes after the decision");
    public static readonly ErrorCode ProceedIrreversible = Of("PB1404", "Silence would permit what cannot be taken back");
    public static readonly ErrorCode GotoIntoCovered = Of("PB1405", "onTimeout must lead past all that the approval covers");

    public static readonly ErrorCode RecoversNotVerifying = Of("PB1501", "recovers stands on an action that does not verify");
    public static readonly ErrorCode RecoversTwice = Of("PB1502", "recovers stands twice");
    public static readonly ErrorCode RecoversInBlock = Of("PB1503", "recovers stands where not every run passes once");
    public static readonly ErrorCode NeverRecovers = Of("PB1504", "No step recovers");
    public static readonly ErrorCode NotRejoined = Of("PB1505", "A model is not given back all its requests before recovers");
    public static readonly ErrorCode EndsTooEasily = Of("PB1506", "The run could end without recovering");

    public static readonly ErrorCode TooManySteps = Of("PB1601", "More steps than the limit");
    public static readonly ErrorCode BlocksTooDeep = Of("PB1602", "Blocks are nested deeper than the limit");
    public static readonly ErrorCode TooManyInstances = Of("PB1603", "More step instances than the limit");
    public static readonly ErrorCode TooManyUndos = Of("PB1604", "More undo records than the limit");
    public static readonly ErrorCode TooManyItems = Of("PB1605", "More items than the limit");
    public static readonly ErrorCode InlinedTooDeep = Of("PB1606", "Playbooks are inlined deeper than the limit");
    public static readonly ErrorCode ExpressionTooLong = Of("PB1607", "An expression is longer than the limit");

    public static readonly ErrorCode InlineNotFound = Of("PB1701", "The inlined playbook was not found");
    public static readonly ErrorCode InlineDiffers = Of("PB1702", "The inlined playbook is not the pinned one");
    public static readonly ErrorCode InlineCycle = Of("PB1703", "Playbooks inline each other in a circle");
    public static readonly ErrorCode InlineFinally = Of("PB1704", "An inlined playbook cannot bring a finally");
    public static readonly ErrorCode SameVersionOtherText = Of("PB1705", "The same version with another text");

    public static readonly ErrorCode TriggerMissesInput = Of("PB1801", "A trigger does not give a required input");
    public static readonly ErrorCode BadTrigger = Of("PB1802", "A trigger is neither an alert nor a schedule");

    public static readonly ErrorCode RtoExceeded = Of("PB2001", "The worst case exceeds the RTO");
    public static readonly ErrorCode DegradedTooLate = Of("PB2002", "The worst case until the first isolation exceeds degradedWithin");
    public static readonly ErrorCode FailsBeforeIsolation = Of("PB2003", "A step can fail the run before the first isolation");
    public static readonly ErrorCode ErasuresNotReapplied = Of("PB2004", "Erasures are not reapplied after a restore");
    public static readonly ErrorCode BudgetTooSmall = Of("PB2101", "A step's worst case exceeds its budget");
    public static readonly ErrorCode FinallyTooLong = Of("PB2102", "The steps of finally may not all fit");

    public static readonly ErrorCode UnknownStorage = Of("PB3001", "The storage account is not declared");
    public static readonly ErrorCode UnknownGateway = Of("PB3002", "The gateway is not declared");
    public static readonly ErrorCode LiteralSecret = Of("PB3003", "A secret stands in the file");
    public static readonly ErrorCode BadUrl = Of("PB3004", "Not a usable URL");
    public static readonly ErrorCode BadStorage = Of("PB3005", "A storage account needs a connection string or URLs");
    public static readonly ErrorCode DrillSettingsInLive = Of("PB3006", "Drill settings in a live environment");
    public static readonly ErrorCode UnknownSuite = Of("PB3007", "The suite is not declared");
    public static readonly ErrorCode SharedTarget = Of("PB3101", "Two environments share a target");
    public static readonly ErrorCode SharedIdentity = Of("PB3102", "Two environments share an identity");
    public static readonly ErrorCode SharedName = Of("PB3103", "Two environments have the same name");
    public static readonly ErrorCode SharedAnchor = Of("PB3104", "Chain heads are anchored beside the evidence");
    public static readonly ErrorCode NotInEnvironment = Of("PB3201", "The environment has no such name");
    public static readonly ErrorCode NotADrillEnvironment = Of("PB3202", "Injections need a drill environment");

    public static ImmutableArray<ErrorCode> All { get; } = [.. Table];

    /// <summary>Null for what is no code of ours.</summary>
    public static ErrorCode? Find(string code) => All.FirstOrDefault(known => known.Code == code);

    private static ErrorCode Of(string code, string title)
    {
        var made = new ErrorCode(code, title);
        Table.Add(made);
        return made;
    }
}
