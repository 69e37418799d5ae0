using Playbooks.Core.Expressions;

namespace Playbooks.Core.Definitions.Reading;

/// <summary>Stand in for what could not be read; a playbook with errors is never returned.</summary>
internal static class Placeholder
{
    public static readonly Expression Expression = Expression.Parse("`true`").Expression!;
    public static readonly Template Text = Template.Parse("?").Template!;
}
