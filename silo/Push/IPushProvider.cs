using OrleansCalls.Push;

namespace OrleansCalls.Silo.Push;

/// <summary>One push service, asked once: what its answer means is said here, what to do about it is <see cref="PushRoute"/>'s.</summary>
internal interface IPushProvider
{
    /// <summary>Whose tokens it takes.</summary>
    PushProvider Provider { get; }

    /// <summary>
    /// Which service would be asked about a token, where a provider has several: what one does says nothing of the others. Empty where
    /// there is one.
    /// </summary>
    string Service(string token) => "";

    /// <summary>Sends once.</summary>
    /// <param name="message">What.</param>
    /// <param name="wanted">
    /// Fires when it is not wanted any more: what has not been sent by then is not. What is under way is only taken back where nothing can follow it
    /// that must not overtake it.
    /// </param>
    /// <param name="late">Fires when it has taken too long.</param>
    /// <exception cref="OperationCanceledException">Nothing was sent before one of them fired. Nothing else is thrown.</exception>
    Task<ProviderAnswer> Send(PushMessage message, CancellationToken wanted, CancellationToken late);
}

/// <summary>What an answer of a provider calls for.</summary>
internal enum AnswerKind
{
    /// <summary>Taken.</summary>
    Accepted,

    /// <summary>The token is dead.</summary>
    TokenGone,

    /// <summary>No, and no again the next time.</summary>
    Refused,

    /// <summary>Not now.</summary>
    TryAgain,

    /// <summary>It does not know us, or not any more: somebody has to look at the credentials.</summary>
    CredentialsRefused,
}

/// <summary>What a provider answered.</summary>
/// <param name="Kind">What it calls for.</param>
/// <param name="Error">A short code in lower snake case; null when accepted.</param>
/// <param name="RetryAfter">When the provider wants to be asked again.</param>
/// <param name="InDoubt">It may have been taken although the answer was lost.</param>
internal sealed record ProviderAnswer(AnswerKind Kind, string? Error = null, TimeSpan? RetryAfter = null, bool InDoubt = false)
{
    internal static ProviderAnswer Accepted { get; } = new(AnswerKind.Accepted);

    /// <summary>Nobody wanted it any more while it was under way; says nothing of the provider.</summary>
    internal static ProviderAnswer TakenBack { get; } = new(AnswerKind.Refused, "taken_back", InDoubt: true);

    internal static ProviderAnswer Gone(string error) => new(AnswerKind.TokenGone, error);

    internal static ProviderAnswer Refused(string error) => new(AnswerKind.Refused, error);

    internal static ProviderAnswer Later(string error, TimeSpan? retryAfter = null) => new(AnswerKind.TryAgain, error, retryAfter);

    internal static ProviderAnswer Doubt(string error) => new(AnswerKind.TryAgain, error, InDoubt: true);

    internal static ProviderAnswer NotUs(string error) => new(AnswerKind.CredentialsRefused, error);
}
