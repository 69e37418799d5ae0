using System.Globalization;
using System.Text.RegularExpressions;

namespace Playbooks.Integration.Tests.Serving;

/// <summary>Makes one replica's heartbeat look older in the storage account's list than it is: nobody has to wait for that.</summary>
internal sealed partial class Silence() : DelegatingHandler(new HttpClientHandler())
{
    /// <summary>Its heartbeat was written this long before it was.</summary>
    public (string Replica, TimeSpan For)? Of { get; set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (Of is not { } silent || !request.RequestUri!.Query.Contains("comp=list", StringComparison.Ordinal))
            return response;
        var list = await response.Content.ReadAsStringAsync(cancellationToken);
        var changed = Entry().Replace(list, entry => entry.Groups["name"].Value.EndsWith($"/{silent.Replica}.json", StringComparison.Ordinal)
            ? entry.Groups["before"].Value + (DateTimeOffset.Parse(entry.Groups["at"].Value, CultureInfo.InvariantCulture) - silent.For).ToString("R", CultureInfo.InvariantCulture)
            : entry.Value);
        Assert.NotEqual(list, changed);
        response.Content = new StringContent(changed, System.Text.Encoding.UTF8, "application/xml");
        return response;
    }

    [GeneratedRegex("(?<before><Blob><Name>(?<name>[^<]*)</Name>.*?<Last-Modified>)(?<at>[^<]*)", RegexOptions.Singleline)]
    private static partial Regex Entry();
}
