using OrleansCalls.Calls;
using OrleansCalls.Users;

namespace OrleansCalls.Tests.Machine;

/// <summary>
/// Several calls and the users in them, hosted as the grains host them but at once and in order: questions go to the users'
/// <see cref="OpenCalls"/> in the order of the decision, notices reach them, replaced calls are told,
/// glare goes on in the other call.
/// </summary>
internal sealed class World
{
    private readonly Dictionary<string, Bench> _calls = [];
    private readonly Dictionary<string, OpenCalls> _users = [];

    public Dictionary<string, UserSettings> Settings { get; } = [];

    public CallOptions Options { get; } = new();

    public double At { get; set; }

    private DateTimeOffset Now => Bench.T0.AddSeconds(At);

    public Bench Call(string callId) => _calls[callId];

    public OpenCalls User(string userId) => _users.TryGetValue(userId, out var user) ? user : _users[userId] = new OpenCalls();

    public CallReply Start(string callId, string who, string callees, CallMedia media = CallMedia.Audio) =>
        Do(callId, new StartCall
        {
            Actor = Bench.By(who), CallId = callId, CalleeIds = Bench.Ids(callees), Media = media,
        });

    public CallReply Do(string callId, CallCommand command)
    {
        var call = _calls.TryGetValue(callId, out var known) ? known : _calls[callId] = new Bench();
        call.At = At;
        call.Answers =
            ask => User(ask.UserId).Admit(
                ask.UserId, ask.Request, Settings.GetValueOrDefault(ask.UserId) ?? new UserSettings(), Now);
        var reply = call.Do(command);
        var decision = call.Last;
        foreach (var userId in decision.Release)
            User(userId).Release(callId);
        foreach (var notice in decision.Notices)
            User(notice.UserId).Update(notice);
        foreach (var old in decision.Replaces)
            Do(old, new ReplaceCall { ByCallId = callId });
        if (decision.Instead is not { } instead)
            return reply;
        var other = Do(instead.CallId, instead.Command);
        return other.Succeeded ? other : reply;
    }
}
