using OrleansCalls.Push;

namespace OrleansCalls.Silo.Push;

/// <summary>A push service. It maps one request's response; <see cref="PushRoute"/> decides about retries.</summary>
internal interface IPushProvider
{
    /// <summary>The provider whose tokens it accepts.</summary>
    PushProvider Provider { get; }

    /// <summary>
    /// Returns the service behind a token, where a provider has several with independent availability; empty where there is
    /// one.
    /// </summary>
    string Service(string token) => "";

    /// <summary>Sends one request.</summary>
    /// <param name="message">The push.</param>
    /// <param name="wanted">Fires when the push is not needed any more. Unsent requests are dropped; a pending one is cancelled
    /// only if no later push could overtake it.</param>
    /// <param name="late">Fires at the timeout.</param>
    /// <exception cref="OperationCanceledException">A token fired before anything was sent. Nothing else is thrown.</exception>
    Task<ProviderAnswer> Send(PushMessage message, CancellationToken wanted, CancellationToken late);
}

/// <summary>What to do after a response.</summary>
internal enum AnswerKind
{
    /// <summary>The push was accepted.</summary>
    Accepted,

    /// <summary>The token is invalid; remove it.</summary>
    TokenGone,

    /// <summary>Rejected; a retry would be rejected too.</summary>
    Refused,

    /// <summary>Failed temporarily; retry.</summary>
    TryAgain,

    /// <summary>The credentials were rejected; an operator must act.</summary>
    CredentialsRefused,
}

/// <summary>The result of a request.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Error">A short code in lower snake case; null when accepted.</param>
/// <param name="RetryAfter">The back-off requested by the provider.</param>
/// <param name="InDoubt">Whether the push may have been accepted although the response was lost.</param>
internal sealed record ProviderAnswer(AnswerKind Kind, string? Error = null, TimeSpan? RetryAfter = null, bool InDoubt = false)
{
    internal static ProviderAnswer Accepted { get; } = new(AnswerKind.Accepted);

    /// <summary>The push became unnecessary while it was pending; says nothing about the provider.</summary>
    internal static ProviderAnswer TakenBack { get; } = new(AnswerKind.Refused, "taken_back", InDoubt: true);

    internal static ProviderAnswer Gone(string error) => new(AnswerKind.TokenGone, error);

    internal static ProviderAnswer Refused(string error) => new(AnswerKind.Refused, error);

    internal static ProviderAnswer Later(string error, TimeSpan? retryAfter = null) =>
        new(AnswerKind.TryAgain, error, retryAfter);

    internal static ProviderAnswer Uncertain(string error) => new(AnswerKind.TryAgain, error, InDoubt: true);

    internal static ProviderAnswer Misconfigured(string error) => new(AnswerKind.CredentialsRefused, error);
}
