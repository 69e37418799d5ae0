namespace Playbooks.Gateway.State;

/// <summary>
/// The last state applied, per model, on this replica's disk. It tells a replica that starts without storage how far
/// down the ladder it must be, and that a state once existed. It never makes a model serve.
/// </summary>
public sealed class StateCache(string directory)
{
    public Task KeepAsync(ModelState state, CancellationToken cancellation) =>
        DurableFile.WriteAsync(PathOf(state.Model), state.ToJson(), cancellation);

    /// <returns>The cached state, or null with the problem, or null without one when none was ever kept.</returns>
    public (ModelState? State, string? Problem) Recall(string model)
    {
        var path = PathOf(model);
        try
        {
            return ModelState.TryParse(model, File.ReadAllBytes(path), out var state, out var problem)
                ? (state, null)
                : (null, $"{path}: {problem}");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return (null, null);
        }
    }

    private string PathOf(string model) => Path.Combine(directory, "state", $"{model}.json");
}
