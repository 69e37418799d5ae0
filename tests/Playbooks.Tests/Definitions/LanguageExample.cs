namespace Playbooks.Tests.Definitions;

/// <summary>The example of the language's own page, read where it stands; tests skip visibly where the page is absent.</summary>
internal static class LanguageExample
{
    public static string TextOrSkip()
    {
        var page = File.ReadAllText(Path.Combine(SharedData.FolderOrSkip(), "LANGUAGE.md"));
        const string fence = "```json\n";
        var start = page.IndexOf(fence, StringComparison.Ordinal) + fence.Length;
        return page[start..page.IndexOf("```", start, StringComparison.Ordinal)];
    }
}
