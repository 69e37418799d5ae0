using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Playbooks.Web.Pages;

/// <summary>What stands before every page: headers, limits, sign-in, the antiforgery token of what changes anything; and behind it, what is shown when something goes wrong.</summary>
internal sealed class PageGate(PageHost host, PageLimits limits, PageAnswers answers, IAntiforgery antiforgery) : IEndpointFilter
{
    private const string VisitorKey = "Playbooks.Visitor";

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        PageHeaders.Set(http.Response);
        try
        {
            var visitor = await host.Visitor(http, http.RequestAborted);
            var who = visitor?.Person ?? $"from {http.Connection.RemoteIpAddress}";
            using var lease = HttpMethods.IsPost(http.Request.Method) ? limits.Form(who) : limits.Page(who);
            if (!lease.IsAcquired)
                return await TroubleAsync(http, StatusCodes.Status429TooManyRequests, "Too much at once", "You have asked for more than this host answers in a minute. Wait a moment, and load the page again. Nothing that you sent was taken.");
            if (visitor is null)
            {
                return HttpMethods.IsGet(http.Request.Method)
                    ? Results.Redirect($"{host.SignIn}?returnTo={Uri.EscapeDataString(http.Request.Path + http.Request.QueryString)}")
                    : await TroubleAsync(http, StatusCodes.Status401Unauthorized, "Sign in first", "You are not signed in any more, and what you sent was not taken. Sign in, and send it again.");
            }
            http.Items[VisitorKey] = visitor;
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
        return visitor.May(operation) ? visitor : throw new NotAllowedException(Runs.WhatIf.NotAllowed(visitor, operation) + " Ask whoever keeps the environment's 'access' to add you.");
    }

    /// <summary>What stands around the page that is asked for. Takes away the answer that it shows.</summary>
    public Frame FrameOf(HttpContext http)
    {
        var visitor = http.Items[VisitorKey] as Visitor;
        return new(visitor, http.Request.Path, visitor is null ? null : answers.Take(http, visitor), Trouble(), visitor is null ? "" : TokenOf(http), NewNonce(), host.Time.GetUtcNow(), host.Environment.Name,
            host.Environment.Kind, host.SignOut);
    }

    /// <summary>Sets the cookie that belongs to it where there is none.</summary>
    public string TokenOf(HttpContext http) => antiforgery.GetAndStoreTokens(http).RequestToken ?? "";

    public static string NewNonce() => Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(12));

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
