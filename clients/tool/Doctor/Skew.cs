namespace OrleansCalls.Tool.Doctor;

/// <summary>Clocks that differ, in words.</summary>
internal static class Skew
{
    internal const string Remedy = "Keep the clocks of all machines by NTP (chrony): ring deadlines, tokens and TURN credentials are instants.";

    /// <summary>Seconds for which clocks may differ; the service's own allowance for tokens is 30.</summary>
    internal const double Allowed = 1;

    /// <summary>
    /// How many seconds another clock is ahead of this machine's, by an answer that was under way for a while; null when the clocks may agree,
    /// as far as that while and the grain of the answer let one see.
    /// </summary>
    /// <param name="said">The other clock.</param>
    /// <param name="grain">What the other clock leaves out: the truth is between <paramref name="said"/> and that much later.</param>
    /// <param name="before">When the request left.</param>
    /// <param name="after">When the answer was there.</param>
    internal static double? Of(DateTimeOffset said, TimeSpan grain, DateTimeOffset before, DateTimeOffset after)
    {
        var (least, most) = ((said - after).TotalSeconds, (said + grain - before).TotalSeconds);
        return least > Allowed || most < -Allowed ? (least + most) / 2 : null;
    }

    internal static string Words(double ahead) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Math.Abs(ahead):0.0} s {(ahead > 0 ? "ahead of" : "behind")}");
}
