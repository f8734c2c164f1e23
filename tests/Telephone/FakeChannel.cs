namespace OrleansCalls.Tests.Telephone;

/// <summary>A channel of the Asterisk that is played.</summary>
public sealed class FakeChannel(string id, string exten)
{
    public string Id => id;

    public string Exten { get; set; } = exten;

    public string Context { get; set; } = "from-trunk";

    public string Number { get; init; } = "";

    public string Name { get; init; } = "";

    /// <summary>Ring: came in, not answered. Ringing: called, not answered. Up: answered.</summary>
    public string State { get; set; } = "Ring";

    /// <summary>The arguments with which the dialplan gave it to the application; null while it is not in there.</summary>
    public string? StasisData { get; set; }

    public bool Subscribed { get; set; }

    public bool HearsRinging { get; set; }

    public string? Hears { get; set; }

    /// <summary>Why it was hung up through ARI.</summary>
    public string? Reason { get; set; }

    public object Json => new
    {
        id,
        protocol_id = "",
        name = $"PJSIP/{id}",
        state = State,
        caller = new { name = Name, number = Number },
        connected = new { name = "", number = "" },
        accountcode = "",
        dialplan = new
        {
            context = Context,
            exten = Exten,
            priority = 1,
            app_name = StasisData is null ? "AppDial2" : "Stasis",
            app_data = StasisData ?? "(Outgoing Line)",
        },
        creationtime = "2026-01-31T12:00:00.000+0000",
        language = "en",
    };
}
