using Microsoft.Data.Sqlite;

namespace Playbooks.Sqlite;

/// <summary>The tables, and the number of their format.</summary>
internal static class Schema
{
    /// <summary>"PLB1" in the file's header: this is a journal of ours and nobody else's.</summary>
    internal const int ApplicationId = 0x504C4231;

    internal const int Version = 4;

    // The log is clustered by its global place, not by run: a commit that touches a hundred runs then dirties the log's last page and not
    // a hundred pages. Each event names the place of the run's previous one, so a run is read without any index on the log.
    // Heads are written with every commit and are kept narrow for the same reason. A head says how its run rests (see Rest), so that opening
    // loads only the runs that have something to do; it asks those for their timers, so only the timers of runs that rest count here.
    internal const string Tables = StartsWriter.Tables + AlertsWriter.Tables + """

        CREATE TABLE owner (only INTEGER PRIMARY KEY CHECK (only = 1), epoch INTEGER NOT NULL);
        INSERT INTO owner (only, epoch) VALUES (1, 0);
        CREATE TABLE events (
            place INTEGER PRIMARY KEY, run INTEGER NOT NULL, sequence INTEGER NOT NULL, previous INTEGER,
            hash BLOB NOT NULL CHECK (length(hash) = 32), json BLOB NOT NULL);
        CREATE TABLE runs (run INTEGER PRIMARY KEY, run_id TEXT NOT NULL UNIQUE, key TEXT, summary TEXT);
        CREATE TABLE heads (
            run INTEGER PRIMARY KEY, sequence INTEGER NOT NULL, place INTEGER NOT NULL,
            hash BLOB NOT NULL CHECK (length(hash) = 32), rest INTEGER NOT NULL);
        CREATE TABLE timers (run INTEGER NOT NULL, id TEXT NOT NULL, due_at TEXT NOT NULL, PRIMARY KEY (run, id)) WITHOUT ROWID;
        CREATE TABLE texts (digest TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE playbooks (
            name TEXT NOT NULL, version TEXT NOT NULL, digest TEXT NOT NULL REFERENCES texts (digest), PRIMARY KEY (name, version)) WITHOUT ROWID;
        CREATE TABLE keys (environment TEXT NOT NULL, key TEXT NOT NULL, state TEXT NOT NULL, PRIMARY KEY (environment, key)) WITHOUT ROWID;
        """;

    internal static void Create(SqliteConnection connection) =>
        connection.Execute($"BEGIN; {Tables} PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {Version}; COMMIT;");

    /// <exception cref="JournalException">The file has another format than this version's. None was released before the present one, so none is brought up to date.</exception>
    internal static void RefuseOther(SqliteConnection connection, string path)
    {
        var found = connection.Scalar<long>("PRAGMA user_version");
        if (found != Version)
            throw new JournalException($"'{path}' has journal format {found}; this version reads and writes format {Version}.",
                "Use the version that wrote it, or name another file.");
    }
}
