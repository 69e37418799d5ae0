using Microsoft.Extensions.Time.Testing;

namespace Playbooks.Tests.Shells;

/// <summary>
/// What is going to happen, in virtual time and on one thread. What happens at the same instant does so by rank and name, in whatever order it
/// was entered: two shells that are told the same see the same.
/// </summary>
internal sealed class Agenda(FakeTimeProvider time)
{
    public const int Inside = 0;
    public const int Answers = 1;
    public const int Timers = 2;
    public const int People = 3;

    private readonly PriorityQueue<Action, (DateTimeOffset At, int Rank, string Name, int Order)> coming = new(Comparer<(DateTimeOffset At, int Rank, string Name, int Order)>.Create((one, other) =>
        one.At != other.At ? one.At.CompareTo(other.At) : one.Rank != other.Rank ? one.Rank.CompareTo(other.Rank)
        : string.CompareOrdinal(one.Name, other.Name) is var names and not 0 ? names : one.Order.CompareTo(other.Order)));
    private int entered;

    public DateTimeOffset Now => time.GetUtcNow();

    public FakeTimeProvider Time => time;

    public void Enter(DateTimeOffset at, int rank, string name, Action happens) => coming.Enqueue(happens, (at > Now ? at : Now, rank, name, ++entered));

    /// <summary>Lets the next thing happen.</summary>
    /// <returns>False when nothing comes until the instant.</returns>
    public bool Next(DateTimeOffset until)
    {
        if (!coming.TryPeek(out var happens, out var when) || when.At > until)
            return false;
        coming.Dequeue();
        if (when.At > Now)
            time.SetUtcNow(when.At);
        happens();
        return true;
    }

    public void Until(DateTimeOffset until)
    {
        while (Next(until))
        {
        }
        if (until > Now)
            time.SetUtcNow(until);
    }
}
