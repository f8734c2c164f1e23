using System.Text;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace OrleansCalls.Gateway.Rest;

/// <summary>The description of REST at <c>/openapi/v1.json</c>.</summary>
internal static class OpenApiSetup
{
    private const string Scheme = "bearer";
    private const string Document = "v1";

    /// <summary>Adds it, with the bearer scheme on every route that needs a token.</summary>
    public static void AddApiDescription(this IServiceCollection services) => services.AddOpenApi(Document, options =>
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "OrleansCalls",
                Version = "v1",
                Description = "Call signalling over REST. The same commands and rules as the SignalR hub at " + CallHub.Path + ". " +
                    "Ids in paths are percent-encoded, a slash as %2F; an id of nothing but dots is encoded twice (%252E%252E).",
            };
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                [Scheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", BearerFormat = "JWT" },
            };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            operation.Responses ??= [];
            operation.Responses["default"] = new OpenApiResponse
            {
                Description = "An error: problem+json with type, title, status, code, detail, traceId, and call or retryAfter where they help.",
            };
            if (!context.Description.ActionDescriptor.EndpointMetadata.OfType<IAuthorizeData>().Any())
                return Task.CompletedTask;
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, context.Document)] = [] }];
            operation.Parameters ??= [];
            operation.Parameters.Add(Header(RestCaller.Device, "The device that speaks, where the token does not name it; percent-encoded."));
            operation.Parameters.Add(Header(RestCaller.ActAs, "The user for whom a token with the role service acts; percent-encoded."));
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            // The exporter knows nothing of types that have a converter of their own.
            if (context.JsonTypeInfo.Type == typeof(DateTimeOffset) || context.JsonTypeInfo.Type == typeof(DateTimeOffset?))
                schema.Type = JsonSchemaType.String;
            return Task.CompletedTask;
        });
    });

    /// <summary>Serves the description. It is made once: anybody may ask for it, and making it takes tens of milliseconds.</summary>
    public static void MapApiDescription(this IEndpointRouteBuilder app)
    {
        var provider = app.ServiceProvider.GetRequiredKeyedService<IOpenApiDocumentProvider>(Document);
        var written = new Lazy<Task<byte[]>>(async () =>
            Encoding.UTF8.GetBytes(await (await provider.GetOpenApiDocumentAsync()).SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1)));
        app.MapGet($"/openapi/{Document}.json", async () => TypedResults.Bytes(await written.Value, "application/json;charset=utf-8"))
            .ExcludeFromDescription();
    }

    private static OpenApiParameter Header(string name, string description) => new()
    {
        Name = name, In = ParameterLocation.Header, Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };
}
