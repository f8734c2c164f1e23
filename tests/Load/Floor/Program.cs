using Microsoft.AspNetCore.Http.Connections;
using OrleansCalls.Load.Floor;

// A project of its own: the load tool's assembly is loaded into every measured process, where Orleans would find these grains.
var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddSignalR();
builder.Host.UseOrleans(silo => silo.UseLocalhostClustering(
    builder.Configuration.GetValue<int>("Silo:Port"), builder.Configuration.GetValue<int>("Silo:GatewayPort")));
var app = builder.Build();
app.MapHub<FloorHub>("/hubs/floor", options => options.Transports = HttpTransportType.WebSockets);
app.MapGet("/ready", () => "ready");
await app.RunAsync();
