using OrleansCalls.Calls;

namespace OrleansCalls.Tests.Simulation;

/// <content>People who have no business in a call.</content>
internal sealed partial class World
{
    /// <summary>
    /// People who have no business in a call try everything; operators look and end; people acknowledge what they missed.
    /// </summary>
    private async Task Strangers()
    {
        while (!IsQuiet)
        {
            await Sleep(Between(1, 8));
            if (Storage.Calls.Count == 0 || !Cluster.IsUp)
                continue;
            var call = Chance(0.7) ? Storage.Calls.Values.Last() : Pick([.. Storage.Calls.Values]);
            var user = AnyUser();
            var actor = new Actor { UserId = Chance(0.3) ? "mallory" : user.Id, DeviceId = "forged", OverSocket = Chance(0.5) };
            try
            {
                switch (Next(12))
                {
                    case 0 when Chance(0.3):
                        await Execute(call.CallId, new EndByAdmin());
                        break;
                    case 1:
                        await Client.GetUser(user.Id).AckMissedCalls(
                            Time.GetUtcNow() - TimeSpan.FromSeconds(Between(0, 60)), "d1");
                        break;
                    case var n when !call.IsParty(actor.UserId):
                        await Execute(call.CallId, Forged(n, call) with { Actor = actor });
                        break;
                    default:
                        await Execute("unknown", new AcceptCall { Actor = actor });
                        break;
                }
            }
            catch (Exception exception) when (IsUnknownOutcome(exception))
            {
                // Nobody waits for it.
            }
        }
    }

    private static CallCommand Forged(int n, CallState call) => n switch
    {
        2 => new AcceptCall(),
        3 => new RejectCall(),
        4 => new ReadyCall(),
        5 => new MoveCall(),
        6 => new SendSignal { Kind = SignalKind.Custom, Payload = """{"n":0,"d":"forged"}""", ToUserId = call.Caller.UserId },
        7 => new StartCall { CallId = call.CallId, CalleeIds = [call.Caller.UserId], Media = CallMedia.Audio },
        8 => new InviteToCall { CalleeIds = ["mallory2"] },
        9 => new ReadCall { AfterSeq = 0 },
        10 => new AckRinging(),
        11 => new RequestOffer(),
        _ => new EndCall(),
    };
}
