using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Metadata;

namespace OrleansCalls.Gateway.Descriptions;

/// <summary>The error responses in the OpenAPI document: one per code, and which operation can return which.</summary>
internal static class ErrorAnswers
{
    private const string UnreadType = "unsupported_media_type";
    private const string Problem = "application/problem+json";

    /// <summary>All codes.</summary>
    public static readonly ImmutableArray<CallErrorCode> Codes = [.. Enum.GetValues<CallErrorCode>()];

    /// <summary>The responses that <see cref="Of"/> refers to.</summary>
    public static JsonObject Components()
    {
        var answers = new JsonObject();
        foreach (var code in Codes)
            answers[code.Wire()] = Answer(code, Faults.StatusOf(code), MeaningOf(code));
        answers[UnreadType] = Answer(
            CallErrorCode.InvalidArgument, StatusCodes.Status415UnsupportedMediaType, "The body is not JSON in UTF-8.");
        return answers;
    }

    /// <summary>The errors of an operation, by status.</summary>
    /// <param name="metadata">The metadata of its route.</param>
    /// <param name="path">The path of its route.</param>
    /// <param name="hasBody">Whether it has a request body.</param>
    public static IEnumerable<KeyValuePair<string, JsonNode?>> Of(EndpointMetadataCollection metadata, string path, bool hasBody)
    {
        var shape = metadata.GetMetadata<RouteFacts.OwnShape>();
        foreach (var code in CodesOf(metadata, path, hasBody).Distinct().Order())
            yield return new(
                Faults.StatusOf(code).ToString(System.Globalization.CultureInfo.InvariantCulture), Shaped(code, shape));
        // Bodies that routes read themselves (dialects', and of commands that end a call) are accepted with any content type.
        if (hasBody && metadata.GetMetadata<IAcceptsMetadata>() is { } bound && !bound.ContentTypes.Contains("*/*"))
            yield return new("415", Reference(UnreadType));
    }

    private static IEnumerable<CallErrorCode> CodesOf(EndpointMetadataCollection metadata, string path, bool hasBody)
    {
        yield return CallErrorCode.Internal;
        yield return CallErrorCode.Unavailable;
        var authorized = metadata.GetMetadata<IAllowAnonymous>() is null ? metadata.OfType<IAuthorizeData>().ToList() : [];
        if (authorized.Count > 0)
        {
            yield return CallErrorCode.Unauthenticated;
            yield return CallErrorCode.Forbidden;
            yield return CallErrorCode.InvalidArgument;
            yield return CallErrorCode.RateLimited;
        }

        if (path.Contains('{', StringComparison.Ordinal) || hasBody)
            yield return CallErrorCode.InvalidArgument;
        if (path.Contains("{callId}", StringComparison.Ordinal))
            yield return CallErrorCode.NotFound;
        if (hasBody)
            yield return CallErrorCode.TooLarge;
        foreach (var code in metadata.OfType<RouteFacts.OwnErrors>().SelectMany(own => own.Codes))
            yield return code;
    }

    // Errors raised before a dialect's route are problem+json; errors of the route have the dialect's shape.
    private static JsonObject Shaped(CallErrorCode code, RouteFacts.OwnShape? shape)
    {
        if (shape?.Error is not { } error)
            return Reference(code.Wire());
        var answer = Answer(code, Faults.StatusOf(code), MeaningOf(code));
        answer["content"]!["application/json"] = new JsonObject { ["schema"] = Shape.Of(error) };
        return answer;
    }

    private static JsonObject Reference(string name) => new() { ["$ref"] = $"#/components/responses/{name}" };

    private static JsonObject Answer(CallErrorCode code, int status, string description)
    {
        var schema = new JsonObject
        {
            ["allOf"] = new JsonArray(new JsonObject { ["$ref"] = "#/components/schemas/Problem" }, new JsonObject
            {
                ["type"] = "object",
                ["properties"] = new JsonObject
                {
                    ["status"] = new JsonObject { ["const"] = status }, ["code"] = new JsonObject { ["const"] = code.Wire() },
                },
            }),
        };
        var headers = new JsonObject();
        if (code is CallErrorCode.RateLimited or CallErrorCode.Unavailable)
            headers["Retry-After"] = Header("Seconds after which to try again.", "integer");
        if (code == CallErrorCode.Unauthenticated)
            headers["WWW-Authenticate"] = Header("Bearer", "string");
        var answer = new JsonObject { ["description"] = description };
        if (headers.Count > 0)
            answer["headers"] = headers;
        answer["content"] = new JsonObject
        {
            [Problem] = new JsonObject { ["schema"] = schema, ["example"] = Example(code, status, description) },
        };
        return answer;
    }

    private static JsonObject Header(string description, string type) =>
        new() { ["description"] = description, ["schema"] = new JsonObject { ["type"] = type } };

    private static JsonObject Example(CallErrorCode code, int status, string detail)
    {
        var example = new JsonObject
        {
            ["type"] = Problems.TypeOf(code),
            ["title"] = Problems.TitleOf(code),
            ["status"] = status,
            ["code"] = code.Wire(),
            ["detail"] = detail,
            ["traceId"] = "4bf92f3577b34da6a3ce929d0e0e4736",
        };
        if (code is CallErrorCode.RateLimited or CallErrorCode.Unavailable)
            example["retryAfter"] = 2;
        return example;
    }

    private static string MeaningOf(CallErrorCode code) => code switch
    {
        CallErrorCode.InvalidArgument => "Something in the request is missing, too long or malformed.",
        CallErrorCode.Unauthenticated => "No token, or one that does not hold.",
        CallErrorCode.Forbidden =>
            "Not a party of this call, not the role for this, another device's token, or the app's back end does not allow the call.",
        CallErrorCode.NotFound => "There is no such call.",
        CallErrorCode.Conflict => "Not in this state; the call as it now is comes along where that helps.",
        CallErrorCode.Ended => "The call is over; it comes along.",
        CallErrorCode.TooLarge => "Past a size limit.",
        CallErrorCode.RateLimited => "Too many requests of one user, or too many rings.",
        CallErrorCode.Unavailable => "A part of the service is away. The outcome is unknown; the same request may be sent again.",
        CallErrorCode.Internal => "A defect of the service, in its log under the trace id.",
    };
}
