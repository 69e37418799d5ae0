using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Playbooks.Sqlite;

internal static class SqliteCalls
{
    internal static void Execute(this SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        // The statements are constants of this project; nothing from outside is ever put into one.
#pragma warning disable CA2100
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    /// <summary>The first value of the first row.</summary>
    /// <exception cref="JournalException">There is none, or one of another type than was stored.</exception>
    internal static T Scalar<T>(this SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100
        command.CommandText = sql;
#pragma warning restore CA2100
        try
        {
            return (T)Convert.ChangeType(command.ExecuteScalar()!, typeof(T), CultureInfo.InvariantCulture);
        }
        catch (Exception error) when (error is InvalidCastException or FormatException or OverflowException)
        {
            throw new JournalException($"The journal is damaged: \"{sql}\" gives no {typeof(T).Name}.", "Restore a backup; nothing was written to it.", error);
        }
    }

    /// <summary>A statement compiled once and run often; its parameters are set by position.</summary>
    internal static SqliteCommand Statement(this SqliteConnection connection, string sql, params ReadOnlySpan<string> parameters)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var name in parameters)
            command.Parameters.Add(new SqliteParameter { ParameterName = name });
        command.Prepare();
        return command;
    }

    internal static SqliteCommand With(this SqliteCommand command, params ReadOnlySpan<object?> values)
    {
        for (var index = 0; index < values.Length; index++)
            command.Parameters[index].Value = values[index] ?? DBNull.Value;
        return command;
    }
}
