using System.Text;

namespace Playbooks.Core.Json;

/// <summary>What a person most likely meant where the grammar broke. The framework's own messages speak of bytes and readers.</summary>
internal static class JsonSyntaxAdvice
{
    public static (string Message, string Remedy) For(ReadOnlySpan<byte> utf8, int offset)
    {
        var before = utf8[..int.Min(offset, utf8.Length)].TrimEnd(" \t\r\n"u8);
        if (utf8.Trim(" \t\r\n"u8).IsEmpty)
            return ("There is no JSON value.", "Write one.");
        if (offset >= utf8.Length)
            return ("The text ends too early.", "Close every string, array and object.");
        var previous = before.IsEmpty ? (byte)0 : before[^1];
        return utf8[offset] switch
        {
            (byte)'/' or (byte)'#' => ("JSON has no comments.", "Remove it; a description is a better place."),
            (byte)'\'' => ("Strings and names stand in double quotes.", "Write \" in place of '."),
            (byte)']' or (byte)'}' when previous == ',' => ("A comma stands before the closing bracket.", "Remove the comma."),
            (byte)']' or (byte)'}' => ("This bracket closes nothing that is open, or something is missing before it.", "Check that the brackets match."),
            (byte)',' => ("A value is missing before this comma.", "Write it or remove the comma."),
            (byte)'"' => ("Something is missing between two values.", "Separate them with a comma, a name from its value with a colon."),
            (byte)'N' or (byte)'I' or (byte)'+' or (byte)'.' => ("This is no JSON number.", "Write a plain decimal such as 0.5, or a string."),
            (byte)'T' or (byte)'F' => ("Keywords are written in lower case.", "Write true, false or null."),
            < (byte)' ' => ("A control character stands here.", "In a string write a line break as \\n, a tab as \\t."),
            _ => ($"'{CharacterAt(utf8, offset)}' does not belong here.", "Check quotes, commas and colons before it, and that nothing follows the value."),
        };
    }

    private static string CharacterAt(ReadOnlySpan<byte> utf8, int offset)
    {
        Rune.DecodeFromUtf8(utf8[offset..], out var rune, out _);
        return rune.ToString();
    }
}
