namespace OrleansCalls.Gateway.Descriptions;

/// <summary>What the description of a route holds beside what the framework sees of it. Its name is the operation's id.</summary>
internal static class RouteFacts
{
    /// <summary>Errors of this route beside those that every route of its kind may answer (<see cref="ErrorAnswers.Of"/>).</summary>
    public static RouteHandlerBuilder MayFail(this RouteHandlerBuilder route, params CallErrorCode[] codes) =>
        route.WithMetadata(new OwnErrors([.. codes]));

    /// <summary>A request without a body is good too.</summary>
    public static RouteHandlerBuilder OptionalBody(this RouteHandlerBuilder route) => route.WithMetadata(BodyIsOptional.Here);

    /// <summary>The words that a query parameter may have; the first counts when it is left out.</summary>
    public static RouteHandlerBuilder Words(this RouteHandlerBuilder route, string parameter, params string[] words) =>
        route.WithMetadata(new ParameterWords(parameter, [.. words]));

    /// <summary>The answer is one of several, which the framework cannot tell of one status.</summary>
    public static RouteHandlerBuilder AnswersAnyOf(this RouteHandlerBuilder route, params Type[] answers) =>
        route.WithMetadata(new OneOfAnswers([.. answers]));

    /// <summary>A dialect's route, whose JSON is read and written by hand. Shapes are <see cref="Shape"/>'s lines.</summary>
    /// <param name="route">The route.</param>
    /// <param name="answer">The answer when it has succeeded.</param>
    /// <param name="body">The body; null if there is none.</param>
    /// <param name="status">The status of <paramref name="answer"/>.</param>
    /// <param name="error">Errors of its own shape; null where they are problem+json.</param>
    /// <param name="otherStatus">Another status with the same answer.</param>
    public static RouteHandlerBuilder Shaped(
        this RouteHandlerBuilder route, string answer, string? body = null, int status = StatusCodes.Status200OK, string? error = null,
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
