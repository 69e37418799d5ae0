using Microsoft.AspNetCore.Http;
using Playbooks.Core.Decisions;

namespace Playbooks.Web.Pages;

/// <summary>What a form says. What is missing, too long or of another form is the sender's mistake and answered with 400.</summary>
internal sealed class PageForm(IFormCollection fields)
{
    public const int WordsMaxCharacters = 2000;
    private const int NameMaxCharacters = 400;

    /// <summary>A word of ours or an id.</summary>
    public string Name(string field) => fields[field] is [{ Length: > 0 and <= NameMaxCharacters } value] ? value : throw Bad(field);

    public string? OptionalName(string field) => fields[field] is [{ Length: > 0 and <= NameMaxCharacters } value] ? value : null;

    /// <summary>What a person has written; empty where they wrote nothing.</summary>
    public string Words(string field) => fields[field] switch
    {
        [] => "",
        [{ Length: <= WordsMaxCharacters } value] => value.Trim(),
        _ => throw new BadPageException($"Write at most {WordsMaxCharacters} characters."),
    };

    public int Number(string field) => int.TryParse(Name(field), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var value) ? value : throw Bad(field);

    public bool IsTicked(string field) => fields[field] is ["yes"];

    public Order Order() => Name("order") switch
    {
        "pause" => new Order.Pause(),
        "resume" => new Order.Resume(),
        "cancel" => new Order.Cancel(),
        "retry" => new Order.Retry(Name("path"), IsTicked("again")),
        "skip" => new Order.Skip(Name("path"), IsTicked("noEffect")),
        _ => throw Bad("order"),
    };

    private static BadPageException Bad(string field) => new($"The form's field '{field}' is missing or is none of ours. Load the page again, and send its own form.");
}

/// <summary>A request that cannot be understood, and what to do instead.</summary>
internal sealed class BadPageException(string message) : Exception(message);
