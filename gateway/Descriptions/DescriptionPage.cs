using System.Security.Cryptography;
using Scalar.AspNetCore;

namespace OrleansCalls.Gateway.Descriptions;

/// <summary>
/// The page at <c>/api-reference</c> that shows the descriptions and sends requests: in Development, or by setting.
/// </summary>
internal static class DescriptionPage
{
    private const string Path = "/api-reference";

    public static void MapDescriptionPage(this IEndpointRouteBuilder app) => app.MapScalarApiReference(Path, (page, context) =>
    {
        page.Title = "OrleansCalls";
        var nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        page.Nonce = nonce;
        page.Telemetry = false;
        page.DefaultFonts = false;
        page.HideClientButton = true;
        page.ShowDeveloperTools = DeveloperToolsVisibility.Never;
        page.Agent = new ScalarAgentOptions { Disabled = true };
        page.Mcp = new ScalarMcpOptions { Disabled = true };
        page.AddPreferredSecuritySchemes(["bearer"]);
        page.AddDocument(OpenApiSetup.Document, "REST", "/openapi/v1.json");
        page.AddAsyncApiDocument("sockets", "Sockets", "/asyncapi/v1.json");
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = PolicyOf(nonce);
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
    }).ExcludeFromDescription();

    // The page loads nothing from other origins. It sets style attributes, which only 'unsafe-inline' allows.
    private static string PolicyOf(string nonce) =>
        $"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; connect-src 'self'; img-src 'self' data:; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
}
