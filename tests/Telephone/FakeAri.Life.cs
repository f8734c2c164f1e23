namespace OrleansCalls.Tests.Telephone;

/// <content>What happens on the lines.</content>
public sealed partial class FakeAri
{
    /// <summary>Somebody calls; the dialplan gives the channel to the application. False: nobody listens.</summary>
    public bool Rings(string id, string number, string extension, string name = "")
    {
        lock (_lock)
        {
            if (_sockets.Count == 0)
                return false;
            var channel = new FakeChannel(id, extension) { Number = number, Name = name, StasisData = $"{App},{extension}" };
            _channels[id] = channel;
            Say(Stasis("StasisStart", channel, extension));
        }

        return true;
    }

    /// <summary>The other end of a channel hangs up.</summary>
    public void HangsUp(string id, int cause = 16) => Remove(id, cause);

    /// <summary>An app's channel rings out: busy, not answered, not registered.</summary>
    public void Fails(string id, int cause) => Remove(id, cause);

    /// <summary>An app's channel is answered, and the dialplan of <c>incoming-calls</c> gives it to the application.</summary>
    public void Answers(string id)
    {
        lock (_lock)
        {
            var channel = _channels[id];
            channel.State = "Up";
            channel.StasisData = App;
            Say(Stasis("StasisStart", channel));
        }

    }

    private void Remove(string id, int cause, string? reason = null)
    {
        lock (_lock)
        {
            if (!_channels.Remove(id, out var channel))
                return;
            channel.Reason = reason;
            Gone[id] = channel;
            foreach (var members in _bridges.Values)
                members.Remove(id);
            if (channel.StasisData is not null)
                Say(Stasis("StasisEnd", channel));
            if (channel.StasisData is not null || channel.Subscribed)
            {
                Say(new
                {
                    type = "ChannelDestroyed", application = App, timestamp = Now(), cause, cause_txt = "cause",
                    channel = channel.Json,
                });
            }
        }

    }

    private static object Stasis(string type, FakeChannel channel, params string[] args) => type == "StasisStart"
        ? new { type, application = App, timestamp = Now(), asterisk_id = "00:00:00:00:00:01", args, channel = channel.Json }
        : new { type, application = App, timestamp = Now(), asterisk_id = "00:00:00:00:00:01", channel = channel.Json };
}
