using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Playbooks.Core.Decisions;
using Playbooks.Web.Access;

namespace Playbooks.Web.Pages;

/// <summary>What stands before every page: headers, limits, sign-in, the antiforgery token of what changes anything; and behind it, what is shown when something goes wrong.</summary>
internal sealed class PageGate(PageHost host, PageLimits limits, PageAnswers answers, IAntiforgery antiforgery) : IEndpointFilter
{
    private const string CallerKey = "Playbooks.Caller";
    private const string VisitorKey = "Playbooks.Visitor";
    private const string AskSomebody = " Ask whoever keeps the environment's 'access' to add you.";

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        PageHeaders.Set(http.Response);
        try
        {
            var check = await host.Caller(http, http.RequestAborted);
            var caller = (check as CallerCheck.Known)?.Caller;
            var who = caller?.Person ?? $"from {http.Connection.RemoteIpAddress}";
            using var lease = HttpMethods.IsPost(http.Request.Method) ? limits.Form(who) : limits.Page(who);
            if (!lease.IsAcquired)
                return await TroubleAsync(http, StatusCodes.Status429TooManyRequests, "Too much at once", "You have asked for more than this host answers in a minute. Wait a moment, and load the page again. Nothing that you sent was taken.");
            if (caller is null)
                return await StrangerAsync(http, check);
            http.Items[CallerKey] = caller;
            switch (await host.Gate.StandingAsync(caller, Operation.ViewRuns, host.Environment, http.RequestAborted))
            {
                case Standing.Member member:
                    http.Items[VisitorKey] = new Visitor(caller, member, host.Environment);
                    break;
                case Standing.Nobody nobody:
                    throw new NotAllowedException(nobody.Reason + AskSomebody);
                case Standing.Unavailable unknown:
                    return await TroubleAsync(http, StatusCodes.Status503ServiceUnavailable, "Nobody can tell what you may do", $"{unknown.Reason} Nothing is decided on a guess: try again in a moment.");
            }
            if (HttpMethods.IsPost(http.Request.Method))
            {
                if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
                    size.MaxRequestBodySize = PageLimits.FormMaxBytes;
                if (!http.Request.HasFormContentType)
                    throw new BadPageException("Only forms of these pages are taken here.");
                await antiforgery.ValidateRequestAsync(http);
            }
            return await next(context);
        }
        catch (AntiforgeryValidationException)
        {
            return await TroubleAsync(http, StatusCodes.Status400BadRequest, "The form is too old", "The page had been open for long, or you have signed in anew since. Nothing was taken. Go back, load the page again, and send it again.");
        }
        catch (BadPageException bad)
        {
            return await TroubleAsync(http, StatusCodes.Status400BadRequest, "That cannot be understood", bad.Message);
        }
        catch (Exception bad) when (bad is BadHttpRequestException or InvalidDataException)
        {
            return await TroubleAsync(http, StatusCodes.Status400BadRequest, "That cannot be understood", "What was sent is too large or broke off. Nothing was taken. Shorten it, and send it again.");
        }
        catch (NoSuchPageException missing)
        {
            return await TroubleAsync(http, StatusCodes.Status404NotFound, "There is no such page", missing.Message);
        }
        catch (NotAllowedException forbidden)
        {
            return await TroubleAsync(http, StatusCodes.Status403Forbidden, "That is not for you", forbidden.Message);
        }
        catch (EvidenceUnavailableException unavailable)
        {
            return await TroubleAsync(http, StatusCodes.Status503ServiceUnavailable, "The evidence cannot be made now", unavailable.Message);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return Results.Empty;
        }
#pragma warning disable CA1031 // Whatever it is, it is ours, and whoever is called at night must not stand before an empty page.
        catch (Exception) when (!http.Response.HasStarted)
#pragma warning restore CA1031
        {
            return await TroubleAsync(http, StatusCodes.Status503ServiceUnavailable, "This page cannot be shown now",
                "It is our fault. Runs do not depend on pages: they go on. Load the page again; 'playbooks show RUN' in a terminal of the host shows the same.");
        }
    }

    public static Visitor VisitorOf(HttpContext http) => (Visitor)http.Items[VisitorKey]!;

    /// <summary>Ends the request unless the one who looks may do that.</summary>
    public static Visitor Demand(HttpContext http, Operation operation)
    {
        var visitor = VisitorOf(http);
        return visitor.WhyNot(operation) is { } whyNot ? throw new NotAllowedException(whyNot + AskSomebody) : visitor;
    }

    /// <summary>Who looks, as what they are in the environment that a run is pinned to.</summary>
    public async Task<Visitor> VisitorInAsync(HttpContext http, Run run)
    {
        var visitor = VisitorOf(http);
        return run.Environment is { } pinned && pinned.Digest != visitor.Environment.Digest && await host.Gate.StandingAsync(visitor.Caller, Operation.ViewRuns, pinned, http.RequestAborted) is Standing.Member member
            ? new Visitor(visitor.Caller, member, pinned) : visitor;
    }

    /// <summary>What stands around the page that is asked for. Takes away the answer that it shows.</summary>
    public Frame FrameOf(HttpContext http)
    {
        var visitor = http.Items[VisitorKey] as Visitor;
        var tokens = http.Items[CallerKey] is null ? null : antiforgery.GetAndStoreTokens(http);
        return new(visitor, http.Request.Path, visitor is null ? null : answers.Take(http, visitor), Trouble(), tokens?.FormFieldName ?? "", tokens?.RequestToken ?? "", NewNonce(), host.Time.GetUtcNow(),
            host.Environment.Name, host.Environment.Kind, host.SignOut);
    }

    public static string NewNonce() => Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(12));

    /// <summary>Nobody is known to have sent it.</summary>
    private async Task<IResult> StrangerAsync(HttpContext http, CallerCheck check) => check switch
    {
        CallerCheck.Unknown when HttpMethods.IsGet(http.Request.Method) => Results.Redirect($"{host.SignIn}?returnTo={Uri.EscapeDataString(http.Request.Path + http.Request.QueryString)}"),
        CallerCheck.Unknown => await TroubleAsync(http, StatusCodes.Status401Unauthorized, "Sign in first", "You are not signed in any more, and what you sent was not taken. Sign in, and send it again."),
        CallerCheck.Forbidden forbidden => await TroubleAsync(http, StatusCodes.Status403Forbidden, "That is not for you", $"{forbidden.Reason} Nothing was taken. Load the page again, and send its own form."),
        CallerCheck.Unavailable unavailable => await TroubleAsync(http, StatusCodes.Status503ServiceUnavailable, "Nobody can be believed now", unavailable.Reason),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public async Task<IResult> TroubleAsync(HttpContext http, int status, string title, string text)
    {
        PageHeaders.Set(http.Response);
        var html = await PageRenderer.RenderAsync<TroublePage>((nameof(TroublePage.Frame), FrameOf(http)), (nameof(TroublePage.Title), title), (nameof(TroublePage.Text), text));
        return Results.Text(html, PageHtml, statusCode: status);
    }

    public const string PageHtml = "text/html; charset=utf-8";

    private string? Trouble()
    {
        try
        {
            return host.Health().Problem;
        }
        catch (ObjectDisposedException)
        {
            return "The engine has stopped. Start the host again.";
        }
    }
}

/// <summary>There is nothing under that address; says what to do instead.</summary>
internal sealed class NoSuchPageException(string message) : Exception(message);

/// <summary>Whoever looks may not do that; says who may.</summary>
internal sealed class NotAllowedException(string message) : Exception(message);
