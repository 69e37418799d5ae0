using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Playbooks.Web.Pages;

/// <summary>Components to text. They get what they show as parameters and ask nobody, so a page is a function of its model.</summary>
internal static class PageRenderer
{
    private static readonly IServiceProvider NoServices = new ServiceCollection().BuildServiceProvider();

    public static async Task<string> RenderAsync<T>(params (string Name, object? Value)[] parameters) where T : IComponent
    {
        await using var renderer = new HtmlRenderer(NoServices, NullLoggerFactory.Instance);
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var given = parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Value);
            return (await renderer.RenderComponentAsync<T>(ParameterView.FromDictionary(given))).ToHtmlString();
        });
    }
}
