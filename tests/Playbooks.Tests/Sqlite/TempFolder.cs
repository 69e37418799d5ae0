using Microsoft.Data.Sqlite;

namespace Playbooks.Tests.Sqlite;

/// <summary>A folder of its own for each test, gone afterwards.</summary>
internal sealed class TempFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("playbooks-test-");

    public string Journal => File("journal.db");

    public string File(string name) => Path.Combine(folder.FullName, name);

    /// <summary>The journal as a process that was killed at this instant leaves it: copies of the files, without any closing.</summary>
    public string AsKilledNow(string name)
    {
        System.IO.File.Copy(Journal, File(name));
        if (System.IO.File.Exists(Journal + "-wal"))
            System.IO.File.Copy(Journal + "-wal", File(name) + "-wal");
        return File(name);
    }

    /// <summary>Changes the journal behind the engine's back.</summary>
    public void Tamper(string sql) => Assert.True(Command(sql, command => command.ExecuteNonQuery()) > 0);

    /// <summary>How many rows a table of the journal has.</summary>
    public long Rows(string table) => Command($"SELECT count(*) FROM {table}", command => (long)command.ExecuteScalar()!);

    /// <summary>The first column of what a query finds, row by row.</summary>
    public IReadOnlyList<object?> Column(string query) => Command(query, command =>
    {
        using var reader = command.ExecuteReader();
        var values = new List<object?>();
        while (reader.Read())
            values.Add(reader.IsDBNull(0) ? null : reader.GetValue(0));
        return values;
    });

    public void Dispose() => folder.Delete(recursive: true);

    private T Command<T>(string sql, Func<SqliteCommand, T> run)
    {
        using var connection = new SqliteConnection($"Data Source={Journal};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100
        command.CommandText = sql;
#pragma warning restore CA2100
        return run(command);
    }
}
