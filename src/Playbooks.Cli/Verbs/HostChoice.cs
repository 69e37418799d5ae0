using System.CommandLine;
using Playbooks.Cli.Host;

namespace Playbooks.Cli.Verbs;

/// <summary>Which host a verb speaks to: the one that works in a folder here, or one elsewhere.</summary>
internal sealed class HostChoice
{
    private readonly Option<string?> data = CommonOptions.Data();
    private readonly Option<string?> server = new("--server")
    {
        Description = $"Address of a host elsewhere, for example https://playbooks.university.example; its key, or a token for it, is taken from the variable {ServerLogin.TokenVariable}",
    };
    private readonly Option<bool> login = new("--login") { Description = "Get the token for --server from the Azure CLI, or as whoever this machine is in Azure" };

    public void AddTo(Command command)
    {
        command.Add(data);
        command.Add(server);
        command.Add(login);
    }

    public bool IsElsewhere(ParseResult parsed) => parsed.GetValue(server) is not null;

    public Workspace WorkspaceOf(ParseResult parsed) => parsed.WorkspaceOf(data);

    /// <exception cref="CliException">No host is running here, or the one elsewhere cannot be spoken to.</exception>
    public async Task<RunClient> ConnectAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(server) is { } address)
            return RunClient.Connect(await ServerLogin.ToAsync(address, parsed.GetValue(login), Environment.GetEnvironmentVariable, ServerLogin.FromAzure, cancellationToken));
        return parsed.GetValue(login) ? throw new CliException(ExitCodes.WrongInput, "--login goes with --server.") : RunClient.Connect(WorkspaceOf(parsed));
    }
}
