using System.Collections.Immutable;

namespace OrleansCalls.Webhooks;

/// <summary>Asks an app's back end, before anything rings, whether it may.</summary>
public interface ICallAuthorizer
{
    /// <summary>Whether there is anybody to ask.</summary>
    bool Asks { get; }

    /// <summary>
    /// Why not, as the caller is told; null when the call may ring. Answers within a second or so, by the settings if the back end
    /// does not. Throws nothing.
    /// </summary>
    Task<CallError?> Ask(CallQuestion question);

    /// <summary>
    /// Those of <paramref name="userIds"/> whose presence <paramref name="readerId"/> may see. Answers within a second or so, all or none by
    /// the settings if the back end does not. Throws nothing.
    /// </summary>
    Task<ImmutableArray<string>> AskPresence(string readerId, ImmutableArray<string> userIds);
}

/// <summary>May <see cref="UserId"/> ring these people?</summary>
public sealed record CallQuestion
{
    /// <summary>Who rings them: the caller, or whoever invites them.</summary>
    public required string UserId { get; init; }

    /// <summary>The people who would ring.</summary>
    public required ImmutableArray<string> CalleeIds { get; init; }

    /// <summary>The call as it would be.</summary>
    public required Call Call { get; init; }
}

/// <summary>For a service whose app wants to hear nothing.</summary>
internal sealed class NoWebhooks : IWebhookSender, ICallAuthorizer
{
    public TimeSpan GiveUpAfter => TimeSpan.Zero;

    public bool Asks => false;

    public bool Wants(string type) => false;

    public Task<WebhookResult> Send(WebhookEvent what) => Task.FromResult(WebhookResult.Delivered);

    public Task<CallError?> Ask(CallQuestion question) => Task.FromResult<CallError?>(null);

    public Task<ImmutableArray<string>> AskPresence(string readerId, ImmutableArray<string> userIds) => Task.FromResult<ImmutableArray<string>>([]);
}
