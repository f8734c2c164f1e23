using System.Text.Json.Nodes;

namespace OrleansCalls.Tests.Hostile;

/// <summary>
/// What clients were told of calls, by answers and by events, and which promises the service has made by it: the rules of the
/// simulation's oracle that can be seen from outside. It outlives the program.
/// </summary>
internal sealed class Journal
{
    // Of one device, not of the call.
    private static readonly string[] Elsewhere = ["answered_elsewhere", "rejected_elsewhere"];

    // Events that are told of a row that was written for them; how far a phone has got is told before that.
    private static readonly string[] Written = ["CallIncoming", "CallAccepted", "CallRejected", "CallReady", "CallEnded"];

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Known> _calls = [];
    private readonly List<string> _broken = [];

    /// <summary>Rules that were broken, with what was seen.</summary>
    public IReadOnlyList<string> Broken
    {
        get
        {
            lock (_lock)
                return [.. _broken];
        }
    }

    /// <summary>Calls that somebody was told of.</summary>
    public IReadOnlyList<string> Calls
    {
        get
        {
            lock (_lock)
                return [.. _calls.Keys];
        }
    }

    /// <summary>Whether somebody was told of its end.</summary>
    public bool HasEnded(string callId)
    {
        lock (_lock)
            return _calls.GetValueOrDefault(callId)?.EndReason is not null;
    }

    /// <summary>Whether anybody was told, since the program began, that a call is open and not yet that it is over.</summary>
    public bool IsAnybodyUnaware
    {
        get
        {
            lock (_lock)
                return _calls.Values.Any(known => known.Unaware.Count > 0);
        }
    }

    /// <summary>All calls are over, and there was time enough for everybody to be told of that.</summary>
    public void Settle()
    {
        lock (_lock)
        {
            foreach (var (callId, known) in _calls)
            {
                if (known.EndReason is null)
                    _broken.Add($"an_end_is_always_told: {callId} does not end; {known}");
                foreach (var userId in known.Unaware)
                    _broken.Add($"an_end_is_always_told: {userId} is not told that {callId} is over; {known}");
            }
        }
    }

    /// <summary>The program is gone, and whoever comes back is told anew what is open.</summary>
    public void Restarted()
    {
        lock (_lock)
        {
            foreach (var known in _calls.Values)
            {
                known.Add("all", "restart", new JsonObject());
                known.Unaware.Clear();
            }
        }
    }

    /// <summary>A command was answered with the call as it now is.</summary>
    public void Answered(JsonNode call)
    {
        lock (_lock)
            Shown(call, userId: null, "answer");
    }

    /// <summary>A device was sent something.</summary>
    public void Heard(string userId, JsonNode message)
    {
        if ((string?)message["target"] is not { } target || message["arguments"] is not JsonArray { Count: > 0 } arguments)
            return;
        lock (_lock)
        {
            switch (target)
            {
                case "OpenCalls":
                    foreach (var call in arguments[0]!["calls"]!.AsArray())
                        Opened(call!, userId, target);
                    break;
                case "CallIncoming":
                    Opened(arguments[0]!, userId, target);
                    break;
                default:
                    if ((string?)arguments[0]!["callId"] is { } callId)
                        Told(Of(callId), userId, target, arguments[0]!);
                    break;
            }
        }
    }

    /// <summary>After a restart: the call as it is, null if there is none.</summary>
    public void Found(string callId, JsonNode? call)
    {
        lock (_lock)
        {
            var known = Of(callId);
            if (call is null)
                _broken.Add($"acknowledged_is_kept: {callId} is gone; {known}");
            else if ((long)call["seq"]! < known.Seq)
                _broken.Add($"persist_then_tell: {callId} is at seq {call["seq"]}; {known}");
            else if (known.EndReason is not null && (string)call["state"]! != "ended")
                _broken.Add($"ended_never_rings: {callId} is found as {call["state"]} after the restart; {known}");
            else
                Shown(call, userId: null, "found after the restart");
        }
    }

    private Known Of(string callId)
    {
        if (!_calls.TryGetValue(callId, out var known))
            _calls.Add(callId, known = new Known());
        return known;
    }

    private void Opened(JsonNode call, string userId, string target)
    {
        Shown(call, userId, $"{target} of {userId}");
        var known = Of((string)call["callId"]!);
        known.Add(userId, target, call);
        // What was over when it was looked at is shown as that.
        if ((string)call["state"]! == "ended")
            known.Unaware.Remove(userId);
        else
            known.Unaware.Add(userId);
    }

    private void Told(Known known, string userId, string target, JsonNode what)
    {
        if (Written.Contains(target) && (long?)what["seq"] is { } seq)
            known.Seq = Math.Max(known.Seq, seq);
        known.Add(userId, target, what);
        if (target == "CallEnded")
            known.Unaware.Remove(userId);
        if (target == "CallEnded" && (string?)what["reason"] is { } reason && !Elsewhere.Contains(reason))
        {
            Ended(known, (string)what["callId"]!, reason);
            known.Aware.Add(userId);
        }

        if (target == "CallAccepted")
            Accepted(known, (string)what["callId"]!, (string)what["deviceId"]!);
    }

    // What is said over one socket keeps its order; an answer to somebody else may cross it on the way.
    private void Shown(JsonNode call, string? userId, string where)
    {
        var callId = (string)call["callId"]!;
        var known = Of(callId);
        if (userId is not null && known.Aware.Contains(userId) && (string)call["state"]! != "ended")
            _broken.Add($"ended_never_rings: {where} shows {callId} as {call["state"]}; {known}");
        if ((string?)call["endReason"] is { } reason)
            Ended(known, callId, reason);
        if (call["legs"]?[0] is { } leg && (string?)leg["state"] is "accepted" or "joined")
            Accepted(known, callId, (string)leg["deviceId"]!);
    }

    private void Ended(Known known, string callId, string reason)
    {
        if (known.EndReason is { } former && former != reason)
            _broken.Add($"one_end: {callId} ended {former} and then {reason}");
        known.EndReason = reason;
    }

    private void Accepted(Known known, string callId, string device)
    {
        if (known.Device is { } former && former != device)
            _broken.Add($"first_accept_wins: {callId} was taken by {former} and then by {device}");
        known.Device = device;
    }

    private sealed class Known
    {
        public long Seq { get; set; }

        public string? EndReason { get; set; }

        public string? Device { get; set; }

        /// <summary>Who was told of its end by an event.</summary>
        public HashSet<string> Aware { get; } = [];

        /// <summary>Who was told that it is open, and not yet of its end.</summary>
        public HashSet<string> Unaware { get; } = [];

        private readonly List<string> _told = [];

        public void Add(string userId, string target, JsonNode what) =>
            _told.Add($"{userId} {target} {what["seq"]} {what["state"]}{what["reason"]}");

        public override string ToString() =>
            $"clients were told seq {Seq}, end {EndReason}, device {Device}: {string.Join(", ", _told)}";
    }
}
