using System.Net;
using Azure.Identity;
using Microsoft.Graph.Models.ODataErrors;
using Microsoft.Kiota.Abstractions;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Playbooks.Connectors.Teams;

/// <summary>A channel to people did not take what it was given. The message says why in a few words and holds nothing that was sent.</summary>
public sealed class ChannelException : Exception
{
    public ChannelException(string message) : base(message) { }

    public ChannelException(string message, Exception inner) : base(message, inner) { }

    public ChannelException() : base("The channel did not take the message.") { }

    /// <summary>Null where there was no answer.</summary>
    public HttpStatusCode? Status { get; init; }
}

/// <summary>What went wrong with a channel, for the journal: short, and without addresses, tokens or bodies.</summary>
internal static class ChannelTrouble
{
    private const int MessageMaxCharacters = 300;

    /// <summary>Null for what is no trouble of a channel, but a defect of ours.</summary>
    public static string? Words(Exception error) => error switch
    {
        ChannelException own => Short(own.Message),
        ODataError { Error: { } graph } answered => Short($"HTTP {answered.ResponseStatusCode} {graph.Code}: {graph.Message}"),
        ApiException answered => $"HTTP {answered.ResponseStatusCode}",
        BrokenCircuitException => "failed too often and is left alone for a while",
        TimeoutRejectedException or OperationCanceledException or TimeoutException => "no answer in time",
        HttpRequestException { StatusCode: { } status } => $"HTTP {(int)status}",
        HttpRequestException unreachable => $"cannot be reached ({unreachable.HttpRequestError})",
        AuthenticationFailedException => "no token can be had for it",
        ActionFailedException own => Short(own.Message),
        IOException => "the connection broke",
        _ => null,
    };

    private static string Short(string text) => Core.Cards.CardText.Short(Core.Renderings.Printable.Line(text), MessageMaxCharacters);
}
