using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Playbooks.Sqlite;

/// <summary>
/// A statement that runs several times per step of every run, bound straight to SQLite. A command of the provider looks each parameter up
/// by its name and makes a reader on every run, which costs as much again as the row itself. Only for the writer, inside its transaction:
/// it neither waits nor tries again.
/// </summary>
internal sealed class HotStatement : IDisposable
{
    private readonly sqlite3 database;
    private readonly sqlite3_stmt statement;
    private int bound;

    /// <exception cref="SqliteException">It does not compile against these tables.</exception>
    internal HotStatement(SqliteConnection connection, string sql)
    {
        database = connection.Handle!;
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(database, sql, out statement), database);
    }

    /// <summary>The next parameter, from the first.</summary>
    internal HotStatement Bind(long value) => Bound(raw.sqlite3_bind_int64(statement, ++bound, value));

    internal HotStatement Bind(ReadOnlySpan<byte> value) => Bound(raw.sqlite3_bind_blob(statement, ++bound, value));

    internal HotStatement Bind(string value) => Bound(raw.sqlite3_bind_text(statement, ++bound, value));

    internal HotStatement BindNull() => Bound(raw.sqlite3_bind_null(statement, ++bound));

    /// <exception cref="SqliteException">The disk or a constraint says no.</exception>
    internal void Run()
    {
        bound = 0;
        var result = raw.sqlite3_step(statement);
        // Resetting repeats the error and clears it from the statement.
        raw.sqlite3_reset(statement);
        if (result != raw.SQLITE_DONE)
            SqliteException.ThrowExceptionForRC(result, database);
    }

    public void Dispose() => statement.Dispose();

    private HotStatement Bound(int result)
    {
        if (result == raw.SQLITE_OK)
            return this;
        bound = 0;
        SqliteException.ThrowExceptionForRC(result, database);
        throw new System.Diagnostics.UnreachableException();
    }
}
