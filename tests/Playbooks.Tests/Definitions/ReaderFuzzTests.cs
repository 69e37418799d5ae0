using CsCheck;
using Playbooks.Core.Definitions;
using Playbooks.Core.Timing;

namespace Playbooks.Tests.Definitions;

/// <summary>The readers answer for any text. CsCheck prints the seed of a failure.</summary>
public class ReaderFuzzTests
{
    /// <summary>One of every kind, so that mutations reach every reader.</summary>
    private static readonly string Everything = Marked.Around("""
        [ { "id": "isolate", "do": "model.isolate", "with": { "model": "${ inputs.model }" }, "budget": "PT6M", "retry": { "attempts": 2, "on": ["transient"] } },
          { "id": "choose", "do": "artifacts.lastKnownGood", "with": { "model": "${ inputs.model }" } },
          { "id": "go", "approve": { "role": "approver", "quorum": 1, "message": "Restore ${ steps.choose.output.version }?", "covers": ["restore"], "decideWithin": "PT30M",
            "escalate": [ { "after": "PT10M", "role": "commander" } ], "onTimeout": { "goto": "both" } } },
          { "id": "restore", "do": "artifacts.restore", "with": { "model": "${ inputs.model }", "version": "${ steps.choose.output.version }" },
            "undo": { "do": "artifacts.promote", "with": { "model": "${ inputs.model }", "version": "${ steps.choose.output.current }" } } },
          { "id": "both", "parallel": { "branches": { "one": [ { "id": "pause", "wait": { "for": "PT1M" } } ], "two": [ { "id": "ready", "wait": { "event": "ready", "within": "PT1M" } } ] }, "join": "any" } },
          { "id": "ramp", "forEach": { "items": [50, 100], "maxItems": 2, "steps": [ { "id": "shift", "do": "model.rejoin", "with": { "model": "${ inputs.model }", "percent": "${ item }" } } ] } },
          { "id": "again", "repeat": { "steps": [ { "id": "check", "do": "model.verify", "with": { "model": "${ inputs.model }" } } ], "until": "${ steps.check.output.passed > `0` }", "maxTimes": 3, "every": "PT1S" } },
          { "id": "which", "switch": [ { "when": "${ inputs.percent > `50` }", "steps": [ { "id": "call", "task": { "role": "commander", "instructions": "Call.", "doneWithin": "PT5M" } } ] } ], "default": [ { "id": "give", "fail": "Up." } ] },
          { "id": "careful", "try": { "steps": [ { "id": "look", "do": "http.get", "with": { "url": "https://a.example/" } } ], "catch": [ { "on": ["not-found"], "steps": [] } ] } },
          { "id": "well", "do": "model.verify", "with": { "model": "${ inputs.model }" }, "recovers": true } ]
        """);

    private static readonly string[] Pieces =
    [
        "{", "}", "[", "]", ",", ":", "\"", "null", "true", "0", "-1", "1e999", "\"PT0S\"", "\"${\"", "\"${ steps.choose.output }\"", "\"${ item }\"", "\"\\ud800\"", "\"goto\": \"well\"",
        "\"when\": \"${ `true` }\",", "\"onFailure\": \"continue\",", "\"recovers\": true,", "\"id\": \"go\"", "\"steps\": []", "steps", "undo", "covers", "\u0000", "§", "😀",
    ];

    private static readonly Gen<string> Mutated =
        from start in Gen.Bool.Select(first => first ? Everything : EnvironmentText.Drill)
        from edits in Gen.Select(Gen.Double[0, 1], Gen.Int[0, 30], Gen.Int[0, Pieces.Length - 1].Select(i => Pieces[i]), Gen.Int[0, 3]).Array[1, 6]
        select edits.Aggregate(start, (text, edit) => Edit(text, edit.Item1, edit.Item2, edit.Item3, edit.Item4));

    [Fact]
    public void The_unmutated_document_is_valid() => Read.Valid(Everything);

    [Fact]
    public void Mutated_documents_are_valid_or_have_errors_with_places() => Mutated.Sample(text =>
    {
        if (PlaybookReader.Read(text, "p.json") is ReadResult<Playbook>.Valid valid)
            _ = Proof.Of(valid.Value);
        CheckPlaces(text, Read.Errors(text));
        CheckPlaces(text, EnvironmentText.Errors(text));
    }, iter: 3_000);

    [Fact]
    public void Any_bytes_are_answered() => Gen.Byte.Array[0, 200].Sample(bytes => { _ = PlaybookReader.Read(bytes, "p.json"); }, iter: 3_000);

    [Fact]
    public void Any_text_is_answered() => Gen.String.Sample(text =>
    {
        _ = PlaybookReader.Read(text, "p.json");
        _ = EnvironmentReader.Read(text, "e.json");
    }, iter: 3_000);

    private static string Edit(string text, double where, int length, string piece, int how)
    {
        var at = Math.Min((int)(where * text.Length), text.Length);
        var end = Math.Min(at + length, text.Length);
        return how switch
        {
            0 => text.Insert(at, piece),
            1 => text.Remove(at, end - at),
            2 => text.Remove(at, end - at).Insert(at, piece),
            _ => text.Insert(at, text[at..end]),
        };
    }

    private static void CheckPlaces(string text, IReadOnlyList<AuthorError> errors)
    {
        var lines = text.Split('\n');
        foreach (var error in errors)
        {
            Assert.InRange(error.Line, 1, lines.Length);
            Assert.InRange(error.Column, 1, lines[error.Line - 1].Length + 1);
            Assert.NotNull(ErrorCodes.Find(error.Code));
        }
    }
}
