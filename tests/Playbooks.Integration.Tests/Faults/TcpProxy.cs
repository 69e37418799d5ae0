using System.Net;
using System.Net.Sockets;

namespace Playbooks.Integration.Tests.Faults;

/// <summary>Which way bytes flow.</summary>
internal enum Towards { Server, Client }

/// <summary>
/// A loopback proxy that lets a test break the network: pass, refuse, cut after a number of bytes, delay. Its port stays its own for its
/// whole life, also while it refuses. Every command works on connections that are open already, because clients keep theirs.
/// </summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    private const int BufferBytes = 16 * 1024;

    private readonly int targetPort;
    private readonly Socket reservation;
    private readonly Lock gate = new();
    private readonly HashSet<Connection> connections = [];
    private readonly List<Task> work = [];
    private Socket? listener;
    private Cut? cut;
    private TimeSpan delay;

    public TcpProxy(int targetPort)
    {
        this.targetPort = targetPort;
        // Bound but never listening: while nobody else listens on the port, connections are refused, and nobody else can have it.
        reservation = Bound(0);
        Port = ((IPEndPoint)reservation.LocalEndPoint!).Port;
        Pass();
    }

    public int Port { get; }

    /// <summary>Connections accepted so far.</summary>
    public int Accepted { get; private set; }

    /// <summary>Lets everything through, without delay.</summary>
    public void Pass()
    {
        lock (gate)
        {
            (cut, delay) = (null, TimeSpan.Zero);
            Listen();
        }
    }

    /// <summary>Ends all connections with a reset and refuses new ones, until <see cref="Pass"/>.</summary>
    public void Refuse()
    {
        lock (gate)
        {
            listener?.Dispose();
            listener = null;
            DropConnections();
        }
    }

    /// <summary>
    /// Lets that many more bytes through in one direction, over all connections, then resets them all. With 0 towards the client the
    /// server carries a request out and the client never hears of it.
    /// </summary>
    /// <param name="thenRefuse">Whether new connections are refused after the cut; else all is well again.</param>
    public void CutAfter(long bytes, Towards towards, bool thenRefuse = false)
    {
        lock (gate)
        {
            cut = new Cut(bytes, towards, thenRefuse);
            Listen();
        }
    }

    /// <summary>Holds every piece back for that long.</summary>
    public void Delay(TimeSpan each)
    {
        lock (gate)
            delay = each;
    }

    public void DropConnections()
    {
        lock (gate)
        {
            foreach (var connection in connections)
                connection.Reset();
            connections.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Refuse();
        reservation.Dispose();
        Task[] all;
        lock (gate)
            all = [.. work];
        await Task.WhenAll(all);
    }

    private void Listen()
    {
        if (listener is not null)
            return;
        listener = Bound(Port);
        listener.Listen();
        work.Add(AcceptAsync(listener));
    }

    private static Socket Bound(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        return socket;
    }

    private async Task AcceptAsync(Socket from)
    {
        try
        {
            while (true)
            {
                var client = await from.AcceptAsync();
                var connection = new Connection(client, new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
                lock (gate)
                {
                    Accepted++;
                    if (!ReferenceEquals(listener, from))
                    {
                        connection.Reset();
                        return;
                    }
                    connections.Add(connection);
                    work.Add(ServeAsync(connection));
                }
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            // The listener was closed: that is how Refuse works.
        }
    }

    private async Task ServeAsync(Connection connection)
    {
        try
        {
            await connection.Server.ConnectAsync(IPAddress.Loopback, targetPort);
            await Task.WhenAll(PumpAsync(connection.Client, connection.Server, Towards.Server),
                PumpAsync(connection.Server, connection.Client, Towards.Client));
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            connection.Reset();
        }
        finally
        {
            connection.Dispose();
            lock (gate)
                connections.Remove(connection);
        }
    }

    private async Task PumpAsync(Socket from, Socket to, Towards towards)
    {
        var buffer = new byte[BufferBytes];
        while (true)
        {
            var read = await from.ReceiveAsync(buffer);
            if (read == 0)
            {
                to.Shutdown(SocketShutdown.Send);
                return;
            }
            TimeSpan wait;
            lock (gate)
                wait = delay;
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait);
            var allowed = Allowed(read, towards);
            if (allowed > 0)
                await to.SendAsync(buffer.AsMemory(0, allowed));
            if (allowed < read)
                CutNow();
        }
    }

    private int Allowed(int bytes, Towards towards)
    {
        lock (gate)
        {
            if (cut is null || cut.Towards != towards)
                return bytes;
            var allowed = (int)Math.Min(bytes, cut.Left);
            cut.Left -= allowed;
            return allowed;
        }
    }

    private void CutNow()
    {
        lock (gate)
        {
            var refuse = cut?.ThenRefuse == true;
            cut = null;
            if (refuse)
                Refuse();
            else
                DropConnections();
        }
    }

    private sealed class Cut(long left, Towards towards, bool thenRefuse)
    {
        public long Left { get; set; } = left;
        public Towards Towards { get; } = towards;
        public bool ThenRefuse { get; } = thenRefuse;
    }

    private sealed record Connection(Socket Client, Socket Server) : IDisposable
    {
        /// <summary>An end without the usual farewell, as when a cable is cut.</summary>
        public void Reset()
        {
            foreach (var socket in new[] { Client, Server })
            {
                try
                {
                    socket.LingerState = new LingerOption(true, 0);
                }
                catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
                {
                    // It had ended already.
                }
                socket.Dispose();
            }
        }

        public void Dispose()
        {
            Client.Dispose();
            Server.Dispose();
        }
    }
}
