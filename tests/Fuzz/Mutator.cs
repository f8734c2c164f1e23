using System.Text;

namespace OrleansCalls.Tests.Fuzz;

/// <summary>
/// Inputs near those of a corpus, the same ones from the same seed: bytes flipped, cut out, doubled, joined with others, and the
/// words that parsers stumble over put in.
/// </summary>
internal sealed class Mutator(IReadOnlyList<byte[]> corpus, int seed)
{
    private const int MostChanges = 6;
    private const int LongestInput = 64 * 1024;

    private static readonly byte[][] Words =
    [
        .. new[]
        {
            "null", "{}", "[]", "\"\"", "0", "-1", "1e999", "9223372036854775808", "true", "\\ud800", "\\u0000", "\u001e",
            "\u202e", ",", ":", "\"", "{\"", "}", "[", "]",
            "[[[[[[[[[[[[[[[[", "__proto__", "type", "\r\n", "%2F", "..", "é", "日本", "=", "==", "__", "\0",
        }.Select(Encoding.UTF8.GetBytes),
        [0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0xf8, 0x88, 0x80, 0x80, 0x80],
    ];

    private readonly Random _random = new(seed);

    /// <summary>The next input.</summary>
    public byte[] Next()
    {
        var input = Any().ToList();
        for (var changes = 1 + _random.Next(MostChanges); changes > 0; changes--)
            Change(input);
        if (input.Count > LongestInput)
            input.RemoveRange(LongestInput, input.Count - LongestInput);
        return [.. input];
    }

    private byte[] Any() => corpus[_random.Next(corpus.Count)];

    private void Change(List<byte> input)
    {
        var at = _random.Next(input.Count + 1);
        var length = Math.Min(_random.Next(1, 32), input.Count - at);
        switch (_random.Next(6))
        {
            case 0 when at < input.Count:
                input[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 1 when at < input.Count:
                input[at] = (byte)_random.Next(256);
                break;
            case 2:
                input.RemoveRange(at, length);
                break;
            case 3:
                input.InsertRange(_random.Next(input.Count + 1), input.GetRange(at, length));
                break;
            case 4:
                input.InsertRange(at, Words[_random.Next(Words.Length)]);
                break;
            default:
                var other = Any();
                var from = _random.Next(other.Length + 1);
                input.InsertRange(at, other[from..Math.Min(other.Length, from + _random.Next(64))]);
                break;
        }
    }
}
