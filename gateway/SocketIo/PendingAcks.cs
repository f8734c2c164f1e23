using System.Text.Json;

namespace OrleansCalls.Gateway.SocketIo;

/// <summary>Events of which the client has yet to say that it has them.</summary>
internal sealed class PendingAcks
{
    private readonly Lock _lock = new();
    private readonly Dictionary<long, TaskCompletionSource<IReadOnlyList<JsonElement>>> _waiting = [];
    private long _last;

    /// <summary>A new id, and the answer to it.</summary>
    public (long Id, Task<IReadOnlyList<JsonElement>> Answer) Expect()
    {
        var answer = new TaskCompletionSource<IReadOnlyList<JsonElement>>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _waiting.Add(++_last, answer);
            return (_last, answer.Task);
        }
    }

    /// <summary>The client has answered. An answer to something else, or a second one, is passed over.</summary>
    public void Answered(long id, JsonElement arguments)
    {
        TaskCompletionSource<IReadOnlyList<JsonElement>>? answer;
        lock (_lock)
            _waiting.Remove(id, out answer);
        answer?.SetResult([.. arguments.EnumerateArray()]);
    }

    /// <summary>Nobody waits for it any more.</summary>
    public void Forget(long id)
    {
        lock (_lock)
            _waiting.Remove(id);
    }
}
