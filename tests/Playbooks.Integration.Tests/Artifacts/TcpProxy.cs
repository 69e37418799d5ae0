using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Playbooks.Integration.Tests.Artifacts;

/// <summary>A road to the store that can be cut: closed to new connections, or open inward only, so that answers are lost.</summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    private readonly int target;
    private readonly CancellationTokenSource ended = new();
    private readonly ConcurrentDictionary<TcpClient, byte> connections = new();
    private readonly ConcurrentBag<Task> pumps = [];
    private TcpListener listener = new(IPAddress.Loopback, 0);
    private Task accepting;
    private volatile bool swallowAnswers;

    public TcpProxy(int target)
    {
        this.target = target;
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        accepting = AcceptAsync(listener);
    }

    public int Port { get; }

    /// <summary>Refuses from now on, and drops what is open.</summary>
    public async Task CutAsync()
    {
        listener.Stop();
        await accepting;
        foreach (var connection in connections.Keys)
            connection.Dispose();
    }

    public void Mend()
    {
        swallowAnswers = false;
        listener = new TcpListener(IPAddress.Loopback, Port);
        listener.Start();
        accepting = AcceptAsync(listener);
    }

    /// <summary>Requests still arrive; at the first byte of an answer everything is cut.</summary>
    public void SwallowAnswers() => swallowAnswers = true;

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        await CutAsync();
        await Task.WhenAll(pumps);
        ended.Dispose();
    }

    private async Task AcceptAsync(TcpListener from)
    {
        try
        {
            while (true)
            {
                var client = await from.AcceptTcpClientAsync(ended.Token);
                connections[client] = 0;
                pumps.Add(ServeAsync(client));
            }
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Cut.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient();
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, target, ended.Token);
            connections[server] = 0;
            await Task.WhenAny(PumpAsync(client.GetStream(), server.GetStream(), answers: false),
                PumpAsync(server.GetStream(), client.GetStream(), answers: true));
        }
        catch (Exception failure) when (failure is SocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // Cut.
        }
        finally
        {
            connections.TryRemove(client, out _);
            connections.TryRemove(server, out _);
            client.Dispose();
        }
    }

    private async Task PumpAsync(NetworkStream from, NetworkStream to, bool answers)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReadAsync(buffer, ended.Token) is > 0 and var count)
            {
                if (answers && swallowAnswers)
                {
                    listener.Stop();
                    return;
                }
                await to.WriteAsync(buffer.AsMemory(0, count), ended.Token);
            }
        }
        catch (Exception failure) when (failure is SocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // Cut.
        }
    }
}
