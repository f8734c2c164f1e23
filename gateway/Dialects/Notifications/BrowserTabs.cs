namespace OrleansCalls.Gateway.Dialects.Notifications;

/// <summary>
/// Tabs of one browser are one device, since nothing tells their sockets apart, but a call is talked over in one of them. A tab has one
/// socket for notices and one for a chat at most: another socket of the kind over which a call was taken is another tab's. Which tab a
/// socket of the other kind belongs to is not known, so it stays in the call.
/// </summary>
internal static class BrowserTabs
{
    /// <summary>A call was taken over a line: the other tabs are out of it.</summary>
    /// <returns>Their lines, which are to be told that it was answered elsewhere.</returns>
    public static DialectAudience Others(DialectSession session, DialectLine taken, string callId)
    {
        var all = new DialectAudience(session, session.Lines);
        return all.Where(line => line != taken && line.Purpose is null == taken.Purpose is null && line.Take(OtherTab(callId)));
    }

    /// <summary>Whether a line is another tab's than the one that has the call.</summary>
    public static bool IsOut(DialectLine line, string callId) => line.Has(OtherTab(callId));

    /// <summary>The call rings again: all tabs may take it.</summary>
    public static void Ring(DialectAudience to, string callId)
    {
        foreach (var line in to.Lines)
            line.Forget(OtherTab(callId));
    }

    private static Told OtherTab(string callId) => new(ToldWhat.OtherTab, callId);
}
