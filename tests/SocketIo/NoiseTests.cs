using System.Text;

namespace OrleansCalls.Tests.SocketIo;

/// <summary>Packets with something wrong somewhere, as many as there is time for.</summary>
public sealed class NoiseTests
{
    private const string Signs = "[]{},\"/0123456789\\";

    private static readonly string[] Good =
    [
        "2", "3", "2probe", "5", "6", "40", "40{\"token\":\"good\"}", "41", "42[\"echo\",{\"a\":[1,2,{\"b\":\"ü\"}]}]",
        "421[\"echo\",\"x\"]", "42/admin,5[\"echo\"]", "430[]", "0{\"sid\":\"x\"}",
        "451-[\"echo\",{\"_placeholder\":true,\"num\":0}]", "bAQIDBA==",
        "42[\"note\",\"\\ud83d\\ude00\"]",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Noise_HarmsNobodyElse_AndIsNoError(int seed)
    {
        await using var server = await TestServer.Start();
        // Mutated names are events that the handler does not know, and notes without a text.
        server.HasDefects = true;
        var random = new Random(seed);
        using var bystander = await server.Wire();
        for (var round = 0; round < 60; round++)
        {
            using var wire = await server.Wire();
            var polling = await server.Poll();
            for (var i = 0; i < 8 && wire.Socket.State == System.Net.WebSockets.WebSocketState.Open; i++)
            {
                try
                {
                    await wire.Send(Mutate(random));
                }
                catch (System.Net.WebSockets.WebSocketException)
                {
                    break;
                }
            }

            await polling.Post(new ByteArrayContent([.. Mutate(random), EnginePacket.Separator, .. Mutate(random)]));
            wire.Socket.Abort();
        }

        await bystander.AssertWorks();
        Assert.All(server.Errors, error => Assert.StartsWith("3411 ", error, StringComparison.Ordinal));
    }

    private static byte[] Mutate(Random random)
    {
        var bytes = Encoding.UTF8.GetBytes(Good[random.Next(Good.Length)]).ToList();
        for (var changes = random.Next(4); changes > 0 && bytes.Count > 0; changes--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveAt(at);
                    break;
                case 2:
                    bytes.Insert(at, (byte)Signs[random.Next(Signs.Length)]);
                    break;
                default:
                    bytes.AddRange(bytes.GetRange(at, bytes.Count - at));
                    break;
            }
        }

        return [.. bytes];
    }
}
