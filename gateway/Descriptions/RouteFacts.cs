namespace OrleansCalls.Gateway.Descriptions;

/// <summary>
/// Route metadata for the OpenAPI document, beyond what the framework reads. A route's name is its operation id.
/// </summary>
internal static class RouteFacts
{
    /// <summary>Errors of this route in addition to those of every route of its kind (<see cref="ErrorAnswers.Of"/>).</summary>
    public static RouteHandlerBuilder MayFail(this RouteHandlerBuilder route, params CallErrorCode[] codes) =>
        route.WithMetadata(new OwnErrors([.. codes]));

    /// <summary>Marks the request body as optional.</summary>
    public static RouteHandlerBuilder OptionalBody(this RouteHandlerBuilder route) => route.WithMetadata(BodyIsOptional.Here);

    /// <summary>The allowed values of a query parameter; the first is the default.</summary>
    public static RouteHandlerBuilder Words(this RouteHandlerBuilder route, string parameter, params string[] words) =>
        route.WithMetadata(new ParameterWords(parameter, [.. words]));

    /// <summary>Lists the alternatives of a response, which the framework cannot express for one status.</summary>
    public static RouteHandlerBuilder AnswersAnyOf(this RouteHandlerBuilder route, params Type[] answers) =>
        route.WithMetadata(new OneOfAnswers([.. answers]));

    /// <summary>
    /// Describes a dialect's route that reads and writes JSON by hand. Shapes are written in the notation of <see
    /// cref="Shape"/>.
    /// </summary>
    /// <param name="route">The route.</param>
    /// <param name="answer">The successful response.</param>
    /// <param name="body">The request body; null if there is none.</param>
    /// <param name="status">The status of <paramref name="answer"/>.</param>
    /// <param name="error">Errors in the dialect's own shape; null when they are problem+json.</param>
    /// <param name="otherStatus">Another status with the same response.</param>
    public static RouteHandlerBuilder Shaped(
        this RouteHandlerBuilder route, string answer, string? body = null,
        int status = StatusCodes.Status200OK, string? error = null,
        int? otherStatus = null) => route.WithMetadata(new OwnShape(answer, body, status, error, otherStatus));

    /// <summary>See <see cref="MayFail"/>.</summary>
    internal sealed record OwnErrors(ImmutableArray<CallErrorCode> Codes);

    /// <summary>See <see cref="Words"/>.</summary>
    internal sealed record ParameterWords(string Parameter, ImmutableArray<string> Words);

    /// <summary>See <see cref="AnswersAnyOf"/>.</summary>
    internal sealed record OneOfAnswers(ImmutableArray<Type> Answers);

    /// <summary>See <see cref="Shaped"/>.</summary>
    internal sealed record OwnShape(string Answer, string? Body, int Status, string? Error, int? OtherStatus);

    /// <summary>See <see cref="OptionalBody"/>.</summary>
    internal sealed class BodyIsOptional
    {
        public static readonly BodyIsOptional Here = new();
    }
}
