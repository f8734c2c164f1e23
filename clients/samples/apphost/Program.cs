// The gateway and the samples' back end, started and monitored by Aspire: dotnet run --project clients/samples/apphost
using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;

var builder = DistributedApplication.CreateBuilder(args);
var signingKey = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));
var webhookSecret = "whsec_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

var gateway = builder.AddProject<Projects.OrleansCalls_Gateway>("gateway", launchProfileName: null)
    .WithHttpEndpoint(builder.Configuration.GetValue("GatewayPort", 5080))
    .WithHttpHealthCheck("/health/ready")
    .WithEnvironment("Storage__Path", Path.Combine(Path.GetTempPath(), "orleanscalls-aspire"))
    .WithEnvironment("Auth__SigningKey", signingKey)
    .WithEnvironment("Webhooks__Secret", webhookSecret);
var backEnd = builder.AddProject<Projects.OrleansCalls_Samples_BackEnd>("backend", launchProfileName: null)
    .WithHttpEndpoint(builder.Configuration.GetValue("BackEndPort", 5090))
    .WithEnvironment("Calls__SigningKey", signingKey)
    .WithEnvironment("Calls__WebhookSecret", webhookSecret)
    .WithEnvironment("Calls__Address", gateway.GetEndpoint("http"));
gateway.WithEnvironment("Webhooks__Url", ReferenceExpression.Create($"{backEnd.GetEndpoint("http")}/webhooks/calls"));

builder.Build().Run();
