using Playbooks.Gateway.Configuration;
using Playbooks.Gateway.State;

namespace Playbooks.Gateway.Serving;

/// <summary>Fixed answers from the configuration: the first whose method and path fit.</summary>
public sealed class CannedRules(IReadOnlyList<AnswerOptions> answers) : IRungServer
{
    public Rung Rung => Rung.Rules;

    public async ValueTask<bool> TryServeAsync(LadderRequest request)
    {
        var http = request.Http;
        var answer = answers.FirstOrDefault(a =>
            (a.Method is null || HttpMethods.Equals(a.Method, http.Request.Method))
            && (a.Path is null || request.Rest.StartsWithSegments(a.Path)));
        if (answer is null) return false;

        ServedBy.Mark(http.Response, Rung, request.Gate);
        http.Response.StatusCode = answer.Status;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = answer.Body.Length;
        await http.Response.Body.WriteAsync(answer.Body, http.RequestAborted);
        return true;
    }
}
