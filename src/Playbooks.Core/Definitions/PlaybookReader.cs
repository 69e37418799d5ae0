using System.Text;
using Playbooks.Core.Definitions.Checking;
using Playbooks.Core.Definitions.Reading;

namespace Playbooks.Core.Definitions;

/// <summary>
/// The only way to a <see cref="Playbook"/>: either it is valid, or every error is listed with its place and remedy. Answers for any text.
/// </summary>
public static class PlaybookReader
{
    /// <param name="text">The document as written.</param>
    /// <param name="fileName">What errors call it.</param>
    /// <param name="resolver">Finds the texts of inlined playbooks; null, or a null answer, means that there is none.</param>
    public static ReadResult<Playbook> Read(string text, string fileName, Func<PlaybookPin, PlaybookSource?>? resolver = null)
    {
        var errors = new ErrorList();
        if (Document.Open(text, fileName, errors) is not { } document)
            return new ReadResult<Playbook>.Invalid(errors.InOrder());
        var facts = new FactTable();
        var draft = PlaybookDraftReader.Read(document, errors, facts, resolver: resolver);
        Check(new Subject(draft, facts));
        return errors.Any ? new ReadResult<Playbook>.Invalid(errors.InOrder()) : new ReadResult<Playbook>.Valid(Made(draft));
    }

    /// <summary>Bytes must be UTF-8; anything else is the author's error, too.</summary>
    public static ReadResult<Playbook> Read(ReadOnlySpan<byte> utf8, string fileName, Func<PlaybookPin, PlaybookSource?>? resolver = null)
    {
        if (System.Text.Unicode.Utf8.IsValid(utf8))
            return Read(Encoding.UTF8.GetString(utf8), fileName, resolver);
        var errors = new ErrorList();
        errors.Add(new AuthorError(fileName, 1, 1, "$", ErrorCodes.NotJson.Code, "The file is not UTF-8.", "Save it as UTF-8."));
        return new ReadResult<Playbook>.Invalid(errors.InOrder());
    }

    private static void Check(Subject subject)
    {
        new IdCheck(subject).Run();
        new FlowCheck(subject).Run();
        new GotoCheck(subject).Run();
        new KeepCheck(subject).Run();
        new ApprovalCheck(subject).Run();
        new EffectCheck(subject).Run();
        new RecoveryCheck(subject).Run();
        new LimitCheck(subject).Run();
        new TriggerCheck(subject).Run();
    }

    private static Playbook Made(Draft draft) => new()
    {
        Name = draft.Name,
        Version = draft.Version,
        Title = draft.Title,
        Owner = draft.Owner,
        Editors = draft.Editors,
        Objectives = draft.Objectives,
        Classification = draft.Classification,
        Triggers = [.. draft.Triggers.Select(trigger => trigger.Trigger)],
        Concurrency = draft.Concurrency,
        Inputs = draft.Inputs,
        Roles = draft.Roles,
        Steps = draft.Steps,
        Finally = draft.Finally,
        FinallyWithin = draft.FinallyWithin,
        Drill = draft.Drill,
        Inlined = draft.Inlined,
        Text = draft.Document.Text,
        Digest = draft.Document.Digest,
    };
}
