namespace Playbooks.Cli;

/// <summary>What the process says when it ends. Scripts may rely on these.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;
    /// <summary>The run failed, the RTO was missed, the proof does not hold, or evidence does not verify.</summary>
    public const int NotGood = 1;
    /// <summary>Wrong arguments, or a file that has to be mended; every error is listed.</summary>
    public const int WrongInput = 2;
    /// <summary>Evidence is consistent, but nobody from outside said whose key signed it.</summary>
    public const int SignerUnknown = 3;
    /// <summary>Something needed is not there: Node, a server, a file, the journal.</summary>
    public const int NotAvailable = 4;
    /// <summary>Interrupted by Ctrl+C.</summary>
    public const int Interrupted = 130;
}

/// <summary>Something that the user can mend; ends the verb with its exit code and this message, without a stack.</summary>
internal sealed class CliException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
