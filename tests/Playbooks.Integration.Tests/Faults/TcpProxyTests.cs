using System.Net;
using System.Net.Sockets;

namespace Playbooks.Integration.Tests.Faults;

public sealed class TcpProxyTests : IDisposable
{
    private readonly TcpListener server = new(IPAddress.Loopback, 0);
    private readonly TaskCompletionSource<int> received = new();

    public TcpProxyTests()
    {
        server.Start();
        _ = EchoAsync();
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => server.Dispose();

    [Fact]
    public async Task It_passes_refuses_and_passes_again_on_the_same_port()
    {
        await using var proxy = Proxy();
        Assert.Equal([1, 2, 3], await AskAsync(proxy, [1, 2, 3]));

        proxy.Refuse();
        var refused = await Assert.ThrowsAsync<SocketException>(() => AskAsync(proxy, [1]));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);

        proxy.Pass();
        Assert.Equal([4], await AskAsync(proxy, [4]));
    }

    [Fact]
    public async Task A_cut_towards_the_client_lets_the_request_arrive_and_loses_the_answer()
    {
        await using var proxy = Proxy();
        proxy.CutAfter(0, Towards.Client);
        await Assert.ThrowsAnyAsync<Exception>(() => AskAsync(proxy, [1, 2, 3]));
        Assert.Equal(3, await received.Task.WaitAsync(Cancelled));
        Assert.Equal([5], await AskAsync(proxy, [5]));
    }

    [Fact]
    public async Task A_cut_may_leave_the_port_refusing()
    {
        await using var proxy = Proxy();
        proxy.CutAfter(2, Towards.Server, thenRefuse: true);
        await Assert.ThrowsAnyAsync<Exception>(() => AskAsync(proxy, [1, 2, 3]));
        await Assert.ThrowsAsync<SocketException>(() => AskAsync(proxy, [1]));
    }

    [Fact]
    public async Task Refusing_ends_connections_that_were_open()
    {
        await using var proxy = Proxy();
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, proxy.Port, Cancelled);
        await client.GetStream().WriteAsync(new byte[] { 1 }, Cancelled);
        await client.GetStream().ReadExactlyAsync(new byte[1], Cancelled);
        proxy.Refuse();
        await Assert.ThrowsAsync<IOException>(async () => await client.GetStream().ReadExactlyAsync(new byte[1], Cancelled));
    }

    private TcpProxy Proxy() => new(((IPEndPoint)server.LocalEndpoint).Port);

    private static async Task<byte[]> AskAsync(TcpProxy proxy, byte[] bytes)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, proxy.Port, Cancelled);
        await client.GetStream().WriteAsync(bytes, Cancelled);
        var answer = new byte[bytes.Length];
        await client.GetStream().ReadExactlyAsync(answer, Cancelled);
        return answer;
    }

    private async Task EchoAsync()
    {
        try
        {
            while (true)
            {
                var client = await server.AcceptTcpClientAsync(Cancelled);
                _ = AnswerAsync(client);
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            var buffer = new byte[64];
            try
            {
                while (await client.GetStream().ReadAsync(buffer, Cancelled) is > 0 and var read)
                {
                    received.TrySetResult(read);
                    await client.GetStream().WriteAsync(buffer.AsMemory(0, read), Cancelled);
                }
            }
            catch (Exception ended) when (ended is IOException or OperationCanceledException)
            {
                // The proxy cut the connection: what the tests are about.
            }
        }
    }
}
