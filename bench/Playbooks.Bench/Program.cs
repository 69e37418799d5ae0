using Playbooks.Bench;
using Playbooks.Bench.Journals;
using Playbooks.Bench.Speed;

if (args is [JournalChild.Argument, .. var child])
    return await JournalChild.RunAsync(child);

// Without a name: the engine's speed, row by row; `--row NAME` measures only that row. With one: the benchmark of that part.
// Exit codes: 0 every goal met, 1 one was missed, 2 no such benchmark.
var others = new Dictionary<string, Func<Task<IReadOnlyList<Figure>>>>
{
    ["deadletters"] = DeadLettersBenchmark.RunAsync,
    ["gateway"] = GatewayBenchmark.RunAsync,
    ["journal"] = JournalBenchmark.RunAsync,
};

var (json, named, rows) = (false, (string?)null, new List<string>());
for (var index = 0; index < args.Length; index++)
{
    if (args[index] == "--json")
        json = true;
    else if (args[index] == "--row" && index + 1 < args.Length && SpeedTable.Names.Contains(args[index + 1]))
        rows.Add(args[++index]);
    else if (named is null && others.ContainsKey(args[index]))
        named = args[index];
    else
        return Usage();
}
if (named is not null && rows.Count > 0)
    return Usage();

var met = true;
await foreach (var figure in named is null ? SpeedTable.MeasureAsync(rows) : OfAsync(others[named]))
{
    Console.WriteLine(json ? figure.ToJson() : figure.ToString());
    met &= figure.Met is not false;
}
return met ? 0 : 1;

int Usage()
{
    Console.Error.WriteLine($"usage: Playbooks.Bench [{string.Join('|', others.Keys)}] [--row {string.Join('|', SpeedTable.Names)}]... [--json]");
    return 2;
}

static async IAsyncEnumerable<Figure> OfAsync(Func<Task<IReadOnlyList<Figure>>> measureAsync)
{
    foreach (var figure in await measureAsync())
        yield return figure;
}
