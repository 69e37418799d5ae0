using System.Text;
using Playbooks.Connectors;
using Playbooks.Connectors.Erasures;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Tests.Erasures;

public class DataSetTests
{
    public static TheoryData<string, string> Unreadable => new()
    {
        { "a broken line", "{\"id\":\"a\"}\n{\"id\":" },
        { "a broken array", "[{\"id\":\"a\"}" },
        { "a subject named twice, which two readers see differently", "{\"id\":\"gone\",\"id\":\"a\"}\n" },
        { "the same within an array", "[{\"id\":\"gone\",\"id\":\"a\"}]" },
        { "a subject that is an object", "{\"id\":{\"name\":\"gone\"}}\n" },
        { "a CSV file", "id,score\ngone,1\n" },
    };

    [Theory, MemberData(nameof(Unreadable))]
    public void What_cannot_be_read_stops_everything(string why, string file) =>
        Assert.True(ErrorKind.Integrity == Assert.Throws<ActionFailedException>(() => Without(file)).Kind, why);

    public static TheoryData<string, string, string, int> Readable => new()
    {
        { "lines keep their bytes, also odd ones", "{ \"id\": \"a\", \"w\": 1.50 }\r\n\n{\"id\":\"gone\"}\n{\"id\":\"b\"}", "{ \"id\": \"a\", \"w\": 1.50 }\r\n\n{\"id\":\"b\"}", 1 },
        { "the last line without an end", "{\"id\":\"a\"}\n{\"id\":\"gone\"}", "{\"id\":\"a\"}\n", 1 },
        { "a subject written with an escape", "{\"id\":\"\\u0067one\"}\n", "", 1 },
        { "a number is its text", "{\"id\":7}\n{\"id\":8}\n", "{\"id\":8}\n", 1 },
        { "a record without the property is about nobody", "{\"name\":\"gone\"}\n{\"id\":null}\n", "{\"name\":\"gone\"}\n{\"id\":null}\n", 0 },
        { "an untouched array keeps its bytes", " [ {\"id\":\"a\"} ] ", " [ {\"id\":\"a\"} ] ", 0 },
        { "an empty file", "", "", 0 },
    };

    [Theory, MemberData(nameof(Readable))]
    public void Only_records_of_erased_subjects_go(string why, string file, string expected, int removed)
    {
        var data = Without(file);
        Assert.True((expected, removed) == (Encoding.UTF8.GetString(data.Bytes.Span), data.Removed), why);
    }

    [Fact]
    public void An_array_stays_an_array()
    {
        Assert.Equal(JsonData.Parse("""[{"id":"a","w":1.50},{"id":"b"}]"""),
            JsonData.Parse(Encoding.UTF8.GetString(Without("""[{"id":"gone"},{"id":"a","w":1.50},{"id":"gone"},{"id":"b"}]""").Bytes.Span)));
        Assert.Equal(JsonData.EmptyArray, JsonData.Parse(Encoding.UTF8.GetString(Without("""[{"id":"gone"}]""").Bytes.Span)));
    }

    private static DataSet Without(string file) =>
        DataSet.Without(Encoding.UTF8.GetBytes(file), "subjects.json", "id", subject => subject is "gone" or "7");
}
