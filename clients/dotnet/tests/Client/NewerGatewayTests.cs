using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OrleansCalls.Client.Tests;

/// <summary>A gateway of a newer version: events, fields, values and shapes that this client does not know.</summary>
public sealed class NewerGatewayTests
{
    [Fact]
    public async Task WhatIsUnknown_IsIgnored_AndTheRestIsRaised()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSignalR();
        await using var app = builder.Build();
        app.MapHub<NewerHub>("/behind/a/path/hubs/calls");
        await app.StartAsync();

        await using var phone = new Phone(new Uri(app.Urls.Single() + "/behind/a/path/"), "alice", "a1");
        await phone.Client.StartAsync().WaitAsync(TimeSpan.FromSeconds(30));
        var end = await phone.Next<CallEnded>(end => end.CallId == "known");
        Assert.Equal(EndReason.Unknown, end.Reason);
        Assert.Equal(
            ["1 CallIncoming", "2 CallUpdated"],
            phone.Of("c1"));
        var call = Assert.Single(phone.All.OfType<CallIncoming>()).Call;
        Assert.Equal((CallMedia.Unknown, CallState.Unknown, 1), (call.Media, call.State, call.Legs.Count));
    }

    private sealed class NewerHub : Hub
    {
        public override async Task OnConnectedAsync()
        {
            await Clients.Caller.SendAsync("Welcome", Json("""{"version":9}"""));
            await Clients.Caller.SendAsync("OpenCalls", Json(
                """
                {"calls":[{"callId":"c1","seq":2,"state":"ringing","events":[
                  {"event":"CallHologram","payload":{"callId":"c1","seq":1}},
                  {"event":"CallIncoming","payload":{"callId":"c1","seq":1,"media":"hologram","state":"dreaming","legs":[{"userId":"a","state":7,"mood":"good"}],"extra":{"a":[1]}}},
                  {"event":"CallUpdated","payload":{"callId":"c1","seq":2,"legs":[]}}]}],"missedCount":0,"extra":true}
                """));
            await Clients.Caller.SendAsync("CallTransferred", Json("""{"callId":"c1","seq":3}"""), 5);
            await Clients.Caller.SendAsync("CallProgress", Json("""["another","shape"]"""));
            await Clients.Caller.SendAsync("CallEnded", Json("""{"callId":"known","seq":1,"reason":"teleported","extra":1}"""));
        }

        private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
    }
}
