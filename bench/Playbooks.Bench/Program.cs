using Playbooks.Bench;

// Each benchmark is one file; its name is the first argument. Exit codes: 0 every goal met, 1 one was missed, 2 no such benchmark.
var benchmarks = new Dictionary<string, Func<Task<IReadOnlyList<Figure>>>>
{
    ["deadletters"] = DeadLettersBenchmark.RunAsync,
    ["gateway"] = GatewayBenchmark.RunAsync,
};

if (args.Length == 0 || !benchmarks.TryGetValue(args[0], out var benchmark) || args.Skip(1).Any(a => a != "--json"))
{
    Console.Error.WriteLine($"usage: Playbooks.Bench {string.Join('|', benchmarks.Keys)} [--json]");
    return 2;
}
var figures = await benchmark();
foreach (var figure in figures) Console.WriteLine(args.Contains("--json") ? figure.ToJson() : figure.ToString());
return figures.All(f => f.Met is not false) ? 0 : 1;
