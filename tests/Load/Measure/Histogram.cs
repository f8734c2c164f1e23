using System.Numerics;

namespace OrleansCalls.Load.Measure;

/// <summary>Nanoseconds, in buckets that are at most 1.6 % wide.</summary>
internal sealed class Histogram
{
    private const int Bits = 6;

    private readonly long[] _counts = new long[(64 - Bits + 1) << Bits];

    public long Count { get; private set; }

    public long Max { get; private set; }

    public void Record(long nanoseconds)
    {
        var value = Math.Max(nanoseconds, 0);
        var shift = Math.Max(BitOperations.Log2((ulong)value | 1) - Bits, 0);
        _counts[(shift << Bits) + (int)(value >> shift)]++;
        Count++;
        Max = Math.Max(Max, value);
    }

    /// <summary>Milliseconds below which so large a part lies; NaN when nothing was recorded.</summary>
    public double Milliseconds(double part)
    {
        var wanted = (long)Math.Ceiling(Count * part);
        long seen = 0;
        for (var i = 0; i < _counts.Length && wanted > 0; i++)
        {
            if ((seen += _counts[i]) < wanted)
                continue;
            var shift = Math.Max((i >> Bits) - 1, 0);
            return Math.Min(((long)i - (shift << Bits)) << shift, Max) / 1e6;
        }

        return double.NaN;
    }
}
