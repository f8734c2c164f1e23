using Microsoft.AspNetCore.ResponseCompression;

namespace OrleansCalls.Gateway.Hosting;

/// <summary>The browser page, if it has been built.</summary>
internal static class PageSetup
{
    private const string NoPage = """
        OrleansCalls is running, but its page was not built, since npm was not there (or could not reach its registry) at build time.

        To have the page: install Node.js, then build again, or run "npm ci && npm run build" in gateway/page and build again.
        Everything else works: REST is described at /openapi/v1.json, the hub (/hubs/calls) at /asyncapi/v1.json.

        """;

    // Nothing from other origins, nothing inline, no framing (clickjacking), and no text becomes a script; the policy
    // "orleanscalls" permits one URL, the service worker's.
    private const string Policy =
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
        + "require-trusted-types-for 'script'; trusted-types orleanscalls";

    /// <summary>Serves the page at <c>/</c>, or explains how to build it.</summary>
    public static void UsePage(this WebApplication app)
    {
        if (!app.Environment.WebRootFileProvider.GetFileInfo("index.html").Exists)
        {
            GatewayLog.NoPage(app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("OrleansCalls.Gateway.Page"));
            app.MapGet("/", () => TypedResults.Text(NoPage, "text/plain; charset=utf-8")).ExcludeFromDescription();
            return;
        }

        app.UseDefaultFiles();
        // The page is the same for every user, so that the length of compressed responses reveals nothing (BREACH).
        app.UseWhen(
            context => app.Environment.WebRootFileProvider.GetFileInfo(context.Request.Path).Exists,
            files => files.UseResponseCompression());
        app.UseStaticFiles(new StaticFileOptions
        {
            OnPrepareResponse = context =>
            {
                context.Context.Response.Headers.XContentTypeOptions = "nosniff";
                context.Context.Response.Headers.ContentSecurityPolicy = Policy;
                // Files may change with every build; conditional requests are cheap.
                context.Context.Response.Headers.CacheControl = "no-cache";
            },
        });
    }

    /// <summary>Registers response compression for the page.</summary>
    public static void AddPage(this IServiceCollection services) => services.AddResponseCompression(options =>
    {
        options.EnableForHttps = true;
        options.MimeTypes = [.. ResponseCompressionDefaults.MimeTypes, "image/svg+xml", "application/manifest+json"];
    });

    /// <summary>Returns the folder of the built page: next to the program, or in the project during development.</summary>
    public static string? FindWebRoot()
    {
        var beside = Path.Combine(AppContext.BaseDirectory, "wwwroot");
        return Directory.Exists(beside) ? beside : null;
    }
}
