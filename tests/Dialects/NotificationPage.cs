using System.Text.Json.Nodes;

namespace OrleansCalls.Tests.Dialects;

/// <summary>A page of the app of 001: always the socket for notices, on a chat page also that of the chat.</summary>
public sealed class NotificationPage : IAsyncDisposable
{
    private readonly Service _service;
    private readonly string _token;

    private NotificationPage(Service service, string userId, PlainClient notices, PlainClient? chat)
    {
        _service = service;
        _token = Service.Token(userId);
        Notices = notices;
        Chat = chat;
    }

    public PlainClient Notices { get; }

    public PlainClient? Chat { get; }

    /// <summary>
    /// What its call signalling goes over: the chat's socket where there is one, as the app's frontend does it.
    /// </summary>
    public PlainClient Signalling => Chat ?? Notices;

    public static async Task<NotificationPage> Open(
        Service service, string userId, string? chat = null, string program = "Browser/1")
    {
        var notices = await PlainClient.Connect(service.Address, $"/ws/notifications/?token={Service.Token(userId)}", program);
        Assert.Equal("""{"type":"connection.ack"}""", (await notices.HearsNext()).ToJsonString());
        var chatSocket = chat is null ? null : await OpenChat(service, userId, chat, program);
        return new NotificationPage(service, userId, notices, chatSocket);
    }

    public static Task<PlainClient> OpenChat(Service service, string userId, string chat, string program = "Browser/1") =>
        PlainClient.Connect(service.Address, $"/ws/chat/{chat}/?access_token={Service.Token(userId)}", program);

    /// <summary>POST /calls/initiate/, then the offer, as the app does it.</summary>
    public async Task<string> Call(string receiverId, string chat, string type = "video")
    {
        var call = await Initiate(new { receiver_id = receiverId, call_type = type, conversation_id = chat });
        var callId = (string)call["call_id"]!;
        await SendOffer(callId);
        return callId;
    }

    public Task SendOffer(string callId) =>
        Signalling.Send(new { type = "call.offer", call_id = callId, offer = new { type = "offer", sdp = "v=0 offer" } });

    public Task SendAnswer(string callId, PlainClient? over = null) =>
        (over ?? Signalling).Send(
            new { type = "call.answer", call_id = callId, answer = new { type = "answer", sdp = "v=0 answer" } });

    public async Task<JsonNode> Initiate(object body)
    {
        var (status, call) = await _service.Send(HttpMethod.Post, "/calls/initiate/", _token, body);
        Assert.Equal(201, status);
        return call!;
    }

    public async ValueTask DisposeAsync()
    {
        await Notices.DisposeAsync();
        if (Chat is not null)
            await Chat.DisposeAsync();
    }
}
