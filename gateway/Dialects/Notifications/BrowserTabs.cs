namespace OrleansCalls.Gateway.Dialects.Notifications;

/// <summary>
/// Tabs of one browser are one device, since their sockets cannot be distinguished, but a call runs in one of them. A tab has at
/// most one socket for notifications and one for a chat: another socket of the kind that accepted a call is another tab's.
/// Which tab a socket of the other kind belongs to is unknown, so that it stays in the call.
/// </summary>
internal static class BrowserTabs
{
    /// <summary>Records the socket that accepted a call; the other tabs leave it.</summary>
    /// <returns>The sockets of the other tabs, which are sent <c>answered_elsewhere</c>.</returns>
    public static DialectAudience Others(DialectSession session, DialectSocket taken, string callId)
    {
        var all = new DialectAudience(session, session.Sockets);
        return all.Where(
            socket => socket != taken && socket.Purpose is null == taken.Purpose is null && socket.Take(OtherTab(callId)));
    }

    /// <summary>Returns true if a socket belongs to another tab than the one in the call.</summary>
    public static bool IsOut(DialectSocket socket, string callId) => socket.Has(OtherTab(callId));

    /// <summary>Resets the call when it rings again, so that any tab may accept it.</summary>
    public static void Ring(DialectAudience to, string callId)
    {
        foreach (var socket in to.Sockets)
            socket.Forget(OtherTab(callId));
    }

    private static DedupKey OtherTab(string callId) => new(DedupKind.OtherTab, callId);
}
