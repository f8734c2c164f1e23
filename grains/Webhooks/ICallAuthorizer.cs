using System.Collections.Immutable;

namespace OrleansCalls.Webhooks;

/// <summary>Asks an app's back end for authorization.</summary>
public interface ICallAuthorizer
{
    /// <summary>Whether a back end authorizes calls.</summary>
    bool Asks { get; }

    /// <summary>
    /// Returns the error for the caller; null when the call may ring. Replies within about a second; if the back end does not
    /// respond, a setting decides. Does not throw.
    /// </summary>
    Task<CallError?> Ask(CallQuestion question);

    /// <summary>
    /// Returns those of <paramref name="userIds"/> whose presence <paramref name="readerId"/> may see. Replies within about a
    /// second; all or none, by a setting, if the back end does not respond. Does not throw.
    /// </summary>
    Task<ImmutableArray<string>> AskPresence(string readerId, ImmutableArray<string> userIds);
}

/// <summary>A request to authorize a call.</summary>
public sealed record CallQuestion
{
    /// <summary>The user who rings the callees: the caller or an inviter.</summary>
    public required string UserId { get; init; }

    /// <summary>The users who would ring.</summary>
    public required ImmutableArray<string> CalleeIds { get; init; }

    /// <summary>The call that would start.</summary>
    public required Call Call { get; init; }
}

/// <summary>Used without webhooks: discards events and authorizes everything.</summary>
internal sealed class NoWebhooks : IWebhookSender, ICallAuthorizer
{
    public TimeSpan GiveUpAfter => TimeSpan.Zero;

    public bool Asks => false;

    public bool Wants(string type) => false;

    public Task<WebhookResult> Send(WebhookEvent what) => Task.FromResult(WebhookResult.Delivered);

    public Task<CallError?> Ask(CallQuestion question) => Task.FromResult<CallError?>(null);

    public Task<ImmutableArray<string>> AskPresence(string readerId, ImmutableArray<string> userIds) =>
        Task.FromResult<ImmutableArray<string>>([]);
}
