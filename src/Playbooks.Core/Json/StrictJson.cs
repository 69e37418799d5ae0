using System.Collections.Immutable;
using System.Text;
using System.Text.Unicode;

namespace Playbooks.Core.Json;

/// <summary>What the caller allows. Hitting a limit is an error that says so.</summary>
/// <param name="MaxBytes">Size of the text in bytes of UTF-8; more is refused unread.</param>
/// <param name="MaxDepthLevels">How deep arrays and objects may nest; a lone scalar has depth 0.</param>
public readonly record struct StrictJsonLimits(int MaxBytes, int MaxDepthLevels = StrictJson.MaxDepthLevels);

/// <summary>One thing wrong with a text.</summary>
/// <param name="At">Where, as editors count.</param>
/// <param name="Path">The value it was found in or at.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Remedy">How to mend it.</param>
public sealed record JsonTextError(TextPosition At, JsonPath Path, string Message, string Remedy);

/// <summary>A value with its positions, or everything that is wrong.</summary>
public abstract record StrictJsonResult
{
    private StrictJsonResult()
    {
    }

    public sealed record Accepted(JsonData Value, JsonPositions Positions) : StrictJsonResult;

    /// <param name="Errors">Never empty, in the order of the text, at most <see cref="StrictJson.MaxErrors"/>.</param>
    public sealed record Refused(ImmutableArray<JsonTextError> Errors) : StrictJsonResult;
}

/// <summary>
/// The one door for text from outside: RFC 8259 in UTF-8 and nothing more. Repeated names, halves of surrogate pairs, comments,
/// trailing commas, trailing text, byte order marks and numbers beyond reason are refused here, because behind the door each of
/// them would surprise somebody late. Answers for any bytes; never throws.
/// </summary>
public static class StrictJson
{
    public const int MaxDepthLevels = 32;

    /// <summary>Enough to work through; a text with more is not what its author thinks it is.</summary>
    public const int MaxErrors = 100;

    private static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];

    public static StrictJsonResult Read(string text, StrictJsonLimits limits)
    {
        // Each UTF-16 unit takes at least one byte; so that a huge text is not even converted.
        if (text.Length > limits.MaxBytes)
            return TooLarge(limits);
        var lone = JsonText.FirstLoneSurrogate(text);
        if (lone is { } index)
            return Refuse(Encoding.UTF8.GetBytes(text[..index]), int.MaxValue, "Half of a surrogate pair stands here.", "Write the whole character.");
        return Read(Encoding.UTF8.GetBytes(text), limits);
    }

    public static StrictJsonResult Read(ReadOnlySpan<byte> utf8, StrictJsonLimits limits)
    {
        if (utf8.Length > limits.MaxBytes)
            return TooLarge(limits);
        if (utf8.StartsWith(ByteOrderMark))
            return Refuse(utf8, 0, "The text starts with a byte order mark.", "Save it as UTF-8 without one.");
        if (!Utf8.IsValid(utf8))
            return Refuse(utf8, FirstInvalidByte(utf8), "This is not UTF-8.", "Save the text as UTF-8.");
        return new StrictJsonReader(utf8.ToArray(), limits).Read();
    }

    private static StrictJsonResult.Refused TooLarge(StrictJsonLimits limits) =>
        Refuse([], 0, $"The text is larger than {limits.MaxBytes} bytes.", "Put what is large elsewhere and name it here.");

    private static StrictJsonResult.Refused Refuse(ReadOnlySpan<byte> utf8, int offset, string message, string remedy) =>
        new([new JsonTextError(TextPosition.Of(utf8, offset), JsonPath.Root, message, remedy)]);

    private static int FirstInvalidByte(ReadOnlySpan<byte> utf8)
    {
        var offset = 0;
        while (Rune.DecodeFromUtf8(utf8[offset..], out _, out var consumed) == System.Buffers.OperationStatus.Done)
            offset += consumed;
        return offset;
    }
}
