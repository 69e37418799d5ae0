using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Playbooks.Web.Api;

/// <summary>The OpenAPI description of the API, made from its endpoints. It holds no secret, and whoever reaches the port may read it.</summary>
public static class ApiDescription
{
    public const string Path = RunApi.Prefix + "/openapi.json";

    private const string Name = "v1";

    /// <summary>Let through to us, who answer a problem: without it routing answers 415 and nothing more. It is left out of what is described.</summary>
    private const string AnyType = "*/*";
    private static readonly int[] Problems = [StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden, StatusCodes.Status429TooManyRequests, StatusCodes.Status503ServiceUnavailable];
    private static readonly int[] ProblemsOfRuns = [StatusCodes.Status404NotFound];
    private static readonly int[] ProblemsOfBodies = [StatusCodes.Status400BadRequest, StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType, StatusCodes.Status422UnprocessableEntity];

    public static void AddApiDescription(this IServiceCollection services) => services.AddOpenApi(Name, options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.ShouldInclude = described => $"/{described.RelativePath}".StartsWith(RunApi.Prefix + "/", StringComparison.Ordinal);
        options.AddOperationTransformer((operation, _, _) =>
        {
            operation.RequestBody?.Content?.Remove(AnyType);
            return Task.CompletedTask;
        });
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo { Title = "Playbooks", Version = Name, Description = "Runs of recovery playbooks: look at them, start them, decide in them." };
            // Wherever the description was had from is where the API is.
            document.Servers = [];
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                ["bearer"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "The key of the host, or a token of Microsoft Entra." },
            };
            document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("bearer", document)] = [] }];
            return Task.CompletedTask;
        });
    });

    public static void MapApiDescription(this IEndpointRouteBuilder endpoints) => endpoints.MapOpenApi(Path.Replace(Name + "/", "{documentName}/", StringComparison.Ordinal));

    internal static RouteHandlerBuilder Says<T>(this RouteHandlerBuilder endpoint, string name, string summary) =>
        endpoint.WithName(name).WithSummary(summary).Produces<T>().WithProblems(Problems).WithProblems(ProblemsOfRuns);

    internal static RouteHandlerBuilder SaysPages<T>(this RouteHandlerBuilder endpoint, string name, string summary) => endpoint.Says<IEnumerable<T>>(name,
        $"{summary} At most '{ApiPage.Limit}' at once ({ApiPage.Default} unless said otherwise, at most {ApiPage.Max}); where there are more, the header Link names the next page (rel=\"next\").")
        .WithProblems([StatusCodes.Status400BadRequest]);

    internal static RouteHandlerBuilder Takes<TBody, TAnswer>(this RouteHandlerBuilder endpoint, string name, string summary) where TBody : notnull =>
        endpoint.Says<TAnswer>(name, summary).Accepts<TBody>("application/json", AnyType).WithProblems(ProblemsOfBodies).WithMetadata(new RequestSizeLimitAttribute(ApiLimits.BodyMaxBytes));

    private static RouteHandlerBuilder WithProblems(this RouteHandlerBuilder endpoint, int[] statuses)
    {
        foreach (var status in statuses)
            endpoint.ProducesProblem(status);
        return endpoint;
    }
}
