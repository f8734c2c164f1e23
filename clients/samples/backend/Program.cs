// An app's back end: makes tokens, receives webhooks, starts calls for users. Settings: Calls__Address, Calls__SigningKey
// (the gateway's Auth__SigningKey) and Calls__WebhookSecret (its Webhooks__Secret).
using System.Collections.Concurrent;
using OrleansCalls.Client;
using OrleansCalls.Client.Server;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddOrleansCallsServer(options =>
{
    var settings = builder.Configuration.GetSection("Calls");
    options.Address = settings.GetValue<Uri>("Address");
    options.SigningKey = settings["SigningKey"];
    options.WebhookSecrets.Add(settings["WebhookSecret"] ?? "");
});
var app = builder.Build();

// A real app takes the user from its own sign-in, never from the query.
app.MapGet("/token", (string user, CallTokens tokens) => tokens.Create(user));

app.MapPost("/ring", async (string from, string to, CallService calls) =>
    (await calls.StartCallAsync(from, new StartCallRequest { CalleeIds = [to] })).CallId);

// A real app stores the id in the transaction that handles the event.
var taken = new ConcurrentDictionary<string, bool>();
var events = new ConcurrentQueue<string>();
app.MapPost("/webhooks/calls", async (HttpRequest request, WebhookVerifier verifier) =>
{
    using var body = new MemoryStream();
    await request.Body.CopyToAsync(body);
    var fault = verifier.Verify(name => request.Headers[name], body.ToArray(), out var what);
    if (fault != WebhookFault.None)
        return Results.BadRequest(fault.ToString());
    if (taken.TryAdd(what!.Id, true))
        events.Enqueue($"{what.Type} {what.Call.CallId}");
    return Results.NoContent();
});
app.MapGet("/events", () => events);

app.Run();
