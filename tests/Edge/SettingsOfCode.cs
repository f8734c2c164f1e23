using System.Collections;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using OrleansCalls.Calls;
using OrleansCalls.Gateway.Admin;
using OrleansCalls.Gateway.Auth;
using OrleansCalls.Gateway.Dialects.Core;
using OrleansCalls.Gateway.Dialects.Rooms;
using OrleansCalls.Gateway.Hosting;
using OrleansCalls.Gateway.Ice;
using OrleansCalls.Gateway.SocketIo;
using OrleansCalls.Gateway.Telephone;
using OrleansCalls.Gateway.Telephone.Ari;
using OrleansCalls.Silo;
using OrleansCalls.Silo.Cluster;
using OrleansCalls.Silo.Dashboard;
using OrleansCalls.Silo.Push;
using OrleansCalls.Silo.Push.WebPush;
using OrleansCalls.Silo.Settings;
using OrleansCalls.Silo.Storage;
using OrleansCalls.Silo.Telemetry;
using OrleansCalls.Silo.Webhooks;

namespace OrleansCalls.Tests.Edge;

/// <summary>The settings that the code has: what its options ask the configuration for.</summary>
internal static class SettingsOfCode
{
    private static readonly Section[] Sections =
    [
        new(typeof(GatewayOptions), settings => GatewayOptions.Read(settings, development: false)),
        new(typeof(CorsOptions), CorsOptions.Read),
        new(typeof(MetricsOptions), MetricsOptions.Read),
        new(typeof(AdminOptions), settings => AdminOptions.Read(settings, development: false)),
        new(typeof(AuthOptions), settings => AuthOptions.Read(settings, () => [])),
        new(typeof(IceOptions), IceOptions.Read),
        new(typeof(BridgeOptions), BridgeOptions.Read),
        new(typeof(DialectOptions), DialectOptions.Read),
        new(typeof(SocketIoOptions), SocketIoOptions.Read),
        new(typeof(RoomOptions), RoomOptions.Read, ("Rooms:0:Id", "hall"), ("Rooms:0:Members", "alice")),
        new(typeof(OtlpOptions), OtlpOptions.Read, ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4317")),
        new(typeof(StorageOptions), StorageOptions.Read),
        new(typeof(HistoryOptions), HistoryOptions.Read),
        new(typeof(MembershipOptions), MembershipOptions.Read),
        new(typeof(SiloOptions), SiloOptions.Read),
        new(typeof(CallDashboard), settings => CallDashboard.IsOn(settings)),
        new(typeof(CallOptions), CallSettings.Read),
        new(typeof(PushOptions), PushOptions.Read),
        new(typeof(WebhookOptions), WebhookOptions.Read),
    ];

    /// <summary>All of them, as environment variables, with who reads each.</summary>
    internal static Dictionary<string, Section> All { get; } = Sections
        .SelectMany(
            section => section.Names().Select(
                name => (Name: name.Replace(":", "__", StringComparison.Ordinal), Section: section)))
        .ToDictionary(each => each.Name, each => each.Section);

    /// <summary>Every class of options among them.</summary>
    internal static IEnumerable<Type> Types =>
        Sections.Select(section => section.Type).Concat(
            [typeof(FcmOptions), typeof(ApnsOptions), typeof(WebPushOptions), typeof(AriOptions), typeof(OidcOptions)]);

    /// <summary>What the options are when this setting is given, or is not, as text.</summary>
    /// <exception cref="SettingException">The value is refused.</exception>
    internal static string Read(string setting, string? value)
    {
        var section = All[setting];
        return Text(
            SettingsReader.Read(
                section.Configuration((setting.Replace("__", ":", StringComparison.Ordinal), value)), section.Read));
    }

    /// <summary>Whether leaving it out gives nothing, where <paramref name="value"/> gives something.</summary>
    internal static bool IsUnset(string setting, string value)
    {
        if (All[setting].Least.Any(least => least.Name == setting.Replace("__", ":", StringComparison.Ordinal)))
            return true;
        try
        {
            return Read(setting, null).Split('\n').Except(Read(setting, value).Split('\n'))
                .All(line => line.EndsWith('=') || line.EndsWith("=[]", StringComparison.Ordinal));
        }
        catch (SettingException)
        {
            return true;
        }
    }

    private static string Text(object? value) => value switch
    {
        null => "",
        string text => text,
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        IEnumerable items => $"[{string.Join(' ', items.Cast<object>().Select(Text))}]",
        _ when value.GetType().Namespace!.StartsWith("OrleansCalls", StringComparison.Ordinal) =>
            string.Join('\n', value.GetType()
                .GetProperties(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance)
                .Where(property => property.GetIndexParameters().Length == 0 && property.Name != "EqualityContract")
                .Select(property => $"{property.Name}={Text(property.GetValue(value))}")),
        _ => value.ToString()!,
    };

    /// <summary>One class of options: how it is read, out of at least these settings.</summary>
    internal sealed record Section(Type Type, Func<SettingsReader, object?> Read, params (string Name, string? Value)[] Least)
    {
        public IConfiguration Configuration(params (string Name, string? Value)[] more) => Configuration(new Asked(), more);

        public IEnumerable<string> Names()
        {
            var asked = new Asked();
            SettingsReader.Read(Configuration(asked), Read);
            return asked.Keys;
        }

        private IConfiguration Configuration(Asked asked, params (string Name, string? Value)[] more)
        {
            foreach (var (name, value) in Least.Concat(more))
                if (value is not null)
                    asked.Set(name, value);
            return new ConfigurationBuilder().Add(asked).Build();
        }
    }

    /// <summary>Remembers what it was asked for.</summary>
    private sealed class Asked : ConfigurationProvider, IConfigurationSource
    {
        public HashSet<string> Keys { get; } = new(StringComparer.OrdinalIgnoreCase);

        public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

        public override bool TryGet(string key, out string? value)
        {
            Keys.Add(key);
            return base.TryGet(key, out value);
        }
    }
}
