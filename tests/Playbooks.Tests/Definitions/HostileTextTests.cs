namespace Playbooks.Tests.Definitions;

/// <summary>Texts as large as allowed and wrong everywhere are answered like any other, within the limit of listed errors.</summary>
public class HostileTextTests
{
    private const int Many = 15_000;

    [Fact]
    public void Thousands_of_unknown_fields() =>
        Assert.Equal(201, Read.Errors("{ " + string.Join(", ", Enumerable.Range(0, Many).Select(i => $"\"f{i}\": 1")) + " }").Count);

    [Fact]
    public void Thousands_of_unknown_inputs_of_an_action() =>
        Assert.Equal(201, Read.Errors(Marked.Around("""[ { "id": "look", "do": "http.get", "with": { """
            + string.Join(", ", Enumerable.Range(0, Many).Select(i => $"\"url{i}\": 1")) + " } } ]")).Count);

    [Fact]
    public void Thousands_of_wrong_expressions() =>
        Assert.Equal(201, Read.Errors(Marked.Around("""[ { "id": "look", "do": "http.get", "with": { "url": "https://a.example/", "headers": { """
            + string.Join(", ", Enumerable.Range(0, Many / 3).Select(i => $"\"h{i}\": \"{"${ steps.s" + i + ".output }"}\"")) + " } } } ]")).Count);

    [Fact]
    public void Thousands_of_inputs() =>
        Assert.Equal(201, Read.Errors("""{ "playbook": "p", "version": "1.0.0", "title": "t", "inputs": { """
            + string.Join(", ", Enumerable.Range(0, Many / 2).Select(i => $"\"I{i}\": {{}}")) + " }, \"steps\": [ { \"id\": \"a\", \"wait\": { \"for\": \"PT1S\" } } ] }").Count);
}
