namespace OrleansCalls.Push;

/// <summary>How a push shows in its call's timeline: what was sent to which device, by whom, and what came of it.</summary>
public static class PushLedger
{
    /// <summary>One line: <c>push_sent</c> or <c>push_failed</c>, with the type, the provider and the error.</summary>
    public static TimelineEntry Entry(
        DateTimeOffset at, PushType type, string userId, string deviceId, PushProvider provider, string? error) => new()
    {
        At = at, What = What(error), UserId = userId, DeviceId = deviceId, Detail = Detail(type, provider, error),
    };

    /// <summary>The line's <see cref="TimelineEntry.What"/>.</summary>
    public static string What(string? error) => error is null ? "push_sent" : "push_failed";

    /// <summary>The line's <see cref="TimelineEntry.Detail"/>.</summary>
    public static string Detail(PushType type, PushProvider provider, string? error) =>
        $"{Words.Snake(type)} {Words.Snake(provider)} {error}".TrimEnd();
}
