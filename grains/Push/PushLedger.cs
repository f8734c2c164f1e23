namespace OrleansCalls.Push;

/// <summary>Describes pushes in a call's timeline: device, type, provider and result.</summary>
public static class PushLedger
{
    /// <summary>Returns an entry <c>push_sent</c> or <c>push_failed</c>, with the type, the provider and the error.</summary>
    public static TimelineEntry Entry(
        DateTimeOffset at, PushType type, string userId, string deviceId, PushProvider provider, string? error) => new()
    {
        At = at, What = What(error), UserId = userId, DeviceId = deviceId, Detail = Detail(type, provider, error),
    };

    /// <summary>Returns the entry's <see cref="TimelineEntry.What"/>.</summary>
    public static string What(string? error) => error is null ? "push_sent" : "push_failed";

    /// <summary>Returns the entry's <see cref="TimelineEntry.Detail"/>.</summary>
    public static string Detail(PushType type, PushProvider provider, string? error) =>
        $"{EnumNames.Snake(type)} {EnumNames.Snake(provider)} {error}".TrimEnd();
}
