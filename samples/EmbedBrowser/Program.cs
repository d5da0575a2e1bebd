// A page that embeds images in the browser: Blazor WebAssembly, without a server.
using System.Runtime.InteropServices.JavaScript;
using System.Runtime.Versioning;
using EmbedBrowser;
using Microsoft.AspNetCore.Components.WebAssembly.Hosting;

[assembly: SupportedOSPlatform("browser")]

var builder = WebAssemblyHostBuilder.CreateDefault(args);
builder.RootComponents.Add<SimilarImagesPage>("#page");
builder.Services.AddScoped(_ => new HttpClient
{
    BaseAddress = new Uri(builder.HostEnvironment.BaseAddress),
    Timeout = Timeout.InfiniteTimeSpan, // The model comes slowly over a slow connection; a broken one gives an error of its own.
});
await JSHost.ImportAsync(BrowserImage.Module, "../images.js");
await builder.Build().RunAsync();
