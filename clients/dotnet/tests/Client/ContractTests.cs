using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OrleansCalls.Gateway.Hubs;
using OrleansCalls.Gateway.Wire;

namespace OrleansCalls.Client.Tests;

/// <summary>The client's records against the gateway's: what the hub has, the client has.</summary>
public sealed class ContractTests
{
    private static readonly JsonSerializerOptions Gateway = WireJson.CreateOptions();

    public static TheoryData<string> Events => [.. HubEvent.All.Select(told => told.Name)];

    public static TheoryData<string> Methods =>
        [.. typeof(CallHub).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(method => method.GetBaseDefinition().DeclaringType == typeof(CallHub)).Select(method => method.Name)];

    [Theory, MemberData(nameof(Events))]
    public void Event_IsKnown_WithAllItsFields(string name)
    {
        var payload = HubEvent.All.Single(told => told.Name == name).Argument;
        Compare(Gateway.GetTypeInfo(payload), EventTable.Entries[name].Payload, name);
    }

    [Theory, MemberData(nameof(Methods))]
    public void Method_IsThere_WithAllItsFields(string name)
    {
        var method = typeof(CallHub).GetMethod(name)!;
        Assert.Contains(typeof(OrleansCallsClient).GetMethods(), mine => mine.Name == name + "Async");
        foreach (var request in method.GetParameters().Select(parameter => parameter.ParameterType))
        {
            var mine = typeof(OrleansCallsClient).Assembly.GetType($"OrleansCalls.Client.{request.Name}");
            Assert.True(mine is not null, $"The client has no {request.Name}.");
            Compare(Gateway.GetTypeInfo(request), ClientJson.Default.GetTypeInfo(mine)!, request.Name);
        }
    }

    [Theory]
    [InlineData(typeof(CallErrorCode), typeof(OrleansCalls.CallErrorCode))]
    [InlineData(typeof(PushProvider), typeof(OrleansCalls.PushProvider))]
    [InlineData(typeof(MediaState), typeof(OrleansCalls.MediaState))]
    public void Enum_HasAllValues(Type mine, Type theirs) =>
        Assert.Equal(["Unknown", .. Enum.GetNames(theirs)], Enum.GetNames(mine));

    [Fact]
    public void PastCall_IsKnownWithAllItsFields() =>
        Compare(
            Gateway.GetTypeInfo(typeof(PastCallView)),
            ClientJson.Default.PastCallArray.Options.GetTypeInfo(typeof(PastCall)), "PastCall");

    [Fact]
    public void IceServers_AreKnownWithAllTheirFields() => Compare(
        Gateway.GetTypeInfo(typeof(IceServersView)), ClientJson.Default.GetTypeInfo(typeof(IceServersAnswer))!, "IceServers");

    private static void Compare(JsonTypeInfo theirs, JsonTypeInfo mine, string path)
    {
        var (enumOfTheirs, enumOfMine) = (Bare(theirs.Type), Bare(mine.Type));
        if (enumOfTheirs.IsEnum)
            Assert.Equal(["Unknown", .. Enum.GetNames(enumOfTheirs)], Enum.GetNames(enumOfMine));
        if (theirs.ElementType is { } element && theirs.Kind == JsonTypeInfoKind.Enumerable)
        {
            Compare(Gateway.GetTypeInfo(element), ClientJson.Default.Options.GetTypeInfo(mine.ElementType!), path + "[]");
            return;
        }

        // Without a getter: the gateway does not write it.
        foreach (var property in theirs.Properties.Where(property => property.Get is not null))
        {
            var found = mine.Properties.SingleOrDefault(one => one.Name == property.Name);
            Assert.True(found is not null, $"The client does not know {path}.{property.Name}.");
            if (property.PropertyType != typeof(object) && found.PropertyType != typeof(JsonElement))
                Compare(
                    Gateway.GetTypeInfo(property.PropertyType), ClientJson.Default.Options.GetTypeInfo(found.PropertyType),
                    $"{path}.{property.Name}");
        }
    }

    private static Type Bare(Type type) => Nullable.GetUnderlyingType(type) ?? type;
}
