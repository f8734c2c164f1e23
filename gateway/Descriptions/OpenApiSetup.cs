using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace OrleansCalls.Gateway.Descriptions;

/// <summary>The OpenAPI document at <c>/openapi/v1.json</c>.</summary>
internal static class OpenApiSetup
{
    public const string Document = "v1";

    public static void AddApiDescription(this IServiceCollection services)
    {
        services.AddOpenApi(Document, options =>
        {
            Prepare(options);
            options.AddDocumentTransformer((document, context, cancellation) =>
                AddSchemas(document, context, [typeof(ProblemView), typeof(Page<Call>), typeof(IceServer)], cancellation));
        });
        services.AddOpenApi(AsyncApiSetup.Schemas, options =>
        {
            Prepare(options);
            options.ShouldInclude = _ => false;
            options.AddDocumentTransformer((document, context, cancellation) =>
                AddSchemas(document, context, HubMessages.Types, cancellation));
        });
        services.AddSingleton<OpenApiDescription>();
    }

    /// <summary>
    /// Serves the documents. Each is built once, since building takes tens of milliseconds and anybody may request it.
    /// </summary>
    public static void MapApiDescription(this IEndpointRouteBuilder app)
    {
        app.MapOnce($"/openapi/{Document}.json", () => app.ServiceProvider.GetRequiredService<OpenApiDescription>().Make());
        app.MapAsyncApi();
    }

    /// <summary>Returns a document of the framework as JSON.</summary>
    public static async Task<JsonObject> Read(IServiceProvider services, string name)
    {
        var document = await services.GetRequiredKeyedService<IOpenApiDocumentProvider>(name).GetOpenApiDocumentAsync();
        var json = JsonNode.Parse(await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1))!.AsObject();
        WireSchemas.DropNulls(json);
        WireSchemas.Share(json);
        return json;
    }

    /// <summary>Serves JSON that is built at the first request.</summary>
    public static void MapOnce(this IEndpointRouteBuilder app, string path, Func<Task<JsonObject>> make)
    {
        var written = new Lazy<Task<byte[]>>(async () => Encoding.UTF8.GetBytes((await make()).ToJsonString()));
        app.MapGet(path, async () => TypedResults.Bytes(await written.Value, "application/json;charset=utf-8"))
            .ExcludeFromDescription();
    }

    private static void Prepare(OpenApiOptions options)
    {
        options.CreateSchemaReferenceId = WireSchemas.NameOf;
        options.AddSchemaTransformer(WireSchemas.Complete);
    }

    private static async Task AddSchemas(
        OpenApiDocument document, OpenApiDocumentTransformerContext context, IEnumerable<Type> types,
        CancellationToken cancellation)
    {
        foreach (var type in types)
        {
            var name = WireSchemas.NameOf(type);
            if (document.Components?.Schemas?.ContainsKey(name) != true)
                document.AddComponent(name, await context.GetOrCreateSchemaAsync(type, cancellationToken: cancellation));
        }
    }
}
