using System.Text.Json;

namespace OrleansCalls.Gateway.SocketIo;

/// <summary>Events whose acknowledgement is pending.</summary>
internal sealed class PendingAcks
{
    private readonly Lock _lock = new();
    private readonly Dictionary<long, TaskCompletionSource<IReadOnlyList<JsonElement>>> _waiting = [];
    private long _last;

    /// <summary>Returns a new id, and the task of its acknowledgement.</summary>
    public (long Id, Task<IReadOnlyList<JsonElement>> Answer) Expect()
    {
        var answer = new TaskCompletionSource<IReadOnlyList<JsonElement>>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _waiting.Add(++_last, answer);
            return (_last, answer.Task);
        }
    }

    /// <summary>Completes an acknowledgement. Unknown and repeated ids are ignored.</summary>
    public void Answered(long id, JsonElement arguments)
    {
        TaskCompletionSource<IReadOnlyList<JsonElement>>? answer;
        lock (_lock)
            _waiting.Remove(id, out answer);
        answer?.SetResult([.. arguments.EnumerateArray()]);
    }

    /// <summary>Abandons an acknowledgement.</summary>
    public void Forget(long id)
    {
        lock (_lock)
            _waiting.Remove(id);
    }
}
