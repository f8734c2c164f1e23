namespace OrleansCalls.Tool.Doctor;

/// <summary>Differences of clocks, as text.</summary>
internal static class Skew
{
    internal const string Remedy =
        "Keep the clocks of all machines by NTP (chrony): ring deadlines, tokens and TURN credentials are instants.";

    /// <summary>The allowed difference of clocks in seconds; the service allows 30 for tokens.</summary>
    internal const double Allowed = 1;

    /// <summary>The seconds that another clock is ahead of this machine's, from a response with a transit time; null when the
    /// clocks may agree within that time and the response's resolution.</summary>
    /// <param name="said">The other clock.</param>
    /// <param name="grain">The other clock's resolution: its time is between <paramref name="said"/> and that much later.</param>
    /// <param name="before">The time of the request.</param>
    /// <param name="after">The time of the response.</param>
    internal static double? Of(DateTimeOffset said, TimeSpan grain, DateTimeOffset before, DateTimeOffset after)
    {
        var (least, most) = ((said - after).TotalSeconds, (said + grain - before).TotalSeconds);
        return least > Allowed || most < -Allowed ? (least + most) / 2 : null;
    }

    internal static string Words(double ahead) =>
        string.Create(
            System.Globalization.CultureInfo.InvariantCulture, $"{Math.Abs(ahead):0.0} s {(ahead > 0 ? "ahead of" : "behind")}");
}
