using System.Collections;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
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

/// <summary>
/// The settings that the code has: what the gateway's options ask the configuration for, and the members of the silo's, which are bound.
/// </summary>
internal static class SettingsOfCode
{
    private static readonly Section[] Sections =
    [
        new(typeof(GatewayOptions), configuration => GatewayOptions.Read(configuration, development: false)),
        new(typeof(CorsOptions), CorsOptions.Read),
        new(typeof(MetricsOptions), MetricsOptions.Read),
        new(typeof(AdminOptions), configuration => AdminOptions.Read(configuration, development: false)),
        new(typeof(AuthOptions), configuration => AuthOptions.Read(configuration, () => [])),
        new(typeof(IceOptions), IceOptions.Read),
        new(typeof(BridgeOptions), BridgeOptions.Read),
        new(typeof(DialectOptions), DialectOptions.Read),
        new(typeof(SocketIoOptions), SocketIoOptions.Read),
        new(typeof(RoomOptions), RoomOptions.Read, ("Rooms:0:Id", "hall"), ("Rooms:0:Members", "alice")),
        new(typeof(OtlpOptions), configuration => OtlpOptions.Read(configuration)!, ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4317")),
        Bound<StorageOptions>(StorageOptions.Section, new StorageOptionsValidator()),
        Bound<HistoryOptions>(HistoryOptions.Section, new HistoryOptionsValidator()),
        Bound<MembershipOptions>(MembershipOptions.Section, new MembershipOptionsValidator()),
        Bound<SiloOptions>(SiloOptions.Section, new SiloOptionsValidator()),
        Bound(CallDashboardOptions.Section, new ValidateOptions<CallDashboardOptions>(null, _ => true, "")),
        Bound<CallOptions>("Calls", new CallOptionsValidator()),
        Bound<PushOptions>(
            PushOptions.Section, new PushOptionsValidator(), (options, section) => options.Read(section), "WebPush:AllowedOrigins"),
        Bound<WebhookOptions>(WebhookOptions.Section, new WebhookOptionsValidator(), (options, section) => options.Read(section), "Events"),
    ];

    /// <summary>All of them, as environment variables, with who reads each.</summary>
    internal static Dictionary<string, Section> All { get; } = Sections
        .SelectMany(section => section.Names().Select(name => (Name: name.Replace(":", "__", StringComparison.Ordinal), Section: section)))
        .ToDictionary(each => each.Name, each => each.Section);

    /// <summary>Every class of options among them.</summary>
    internal static IEnumerable<Type> Types =>
        Sections.Select(section => section.Type).Concat([typeof(FcmOptions), typeof(ApnsOptions), typeof(WebPushOptions), typeof(AriOptions), typeof(OidcOptions)]);

    /// <summary>What the options are when this setting is given, or is not, as text.</summary>
    /// <exception cref="OptionsValidationException">The value is refused; or an exception of the gateway's or of the binder.</exception>
    internal static string Read(string setting, string? value)
    {
        var section = All[setting];
        return Text(section.Read(section.Configuration((setting.Replace("__", ":", StringComparison.Ordinal), value))));
    }

    /// <summary>Whether leaving it out gives nothing, rather than a number or a word.</summary>
    internal static bool IsUnset(string setting)
    {
        var section = All[setting];
        if (section.Bound is { } members && members.GetValueOrDefault(setting.Replace("__", ":", StringComparison.Ordinal)) is { } value)
            return value is "";
        try
        {
            Read(setting, "nonsense");
            return true;
        }
        catch (Exception refused) when (refused is SettingException or OptionsValidationException or InvalidOperationException)
        {
            // Numbers always have a default.
            return section.Bound is not null || !refused.Message.Contains(" number ", StringComparison.Ordinal);
        }
    }

    private static Section Bound<T>(string name, IValidateOptions<T> validator, Action<T, IConfigurationSection>? read = null, params string[] more)
        where T : class, new()
    {
        read ??= (options, section) => section.Bind(options);
        return new Section(typeof(T), configuration =>
        {
            var options = new T();
            read(options, configuration.GetSection(name));
            var result = validator.Validate(null, options);
            return result.Failed ? throw new OptionsValidationException(name, typeof(T), result.Failures) : options;
        })
        {
            Bound = Members(new T(), name).Concat(more.Select(each => (Name: $"{name}:{each}", Value: (object?)null)))
                .ToDictionary(member => member.Name, member => member.Value),
        };
    }

    private static IEnumerable<(string Name, object? Value)> Members(object options, string path) => options.GetType()
        .GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.SetMethod is { IsPublic: true })
        .SelectMany(property => IsOptions(property.PropertyType)
            ? Members(property.GetValue(options)!, $"{path}:{property.Name}")
            : [($"{path}:{property.Name}", property.GetValue(options))]);

    private static bool IsOptions(Type type) => type.Name.EndsWith("Options", StringComparison.Ordinal);

    private static string Text(object? value) => value switch
    {
        null => "",
        string text => text,
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        IEnumerable items => $"[{string.Join(' ', items.Cast<object>().Select(Text))}]",
        _ when value.GetType().Namespace!.StartsWith("OrleansCalls", StringComparison.Ordinal) => string.Join('\n', value.GetType()
            .GetProperties(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance)
            .Where(property => property.GetIndexParameters().Length == 0 && property.Name != "EqualityContract")
            .Select(property => $"{property.Name}={Text(property.GetValue(value))}")),
        _ => value.ToString()!,
    };

    /// <summary>One class of options: how it is read, out of at least these settings.</summary>
    internal sealed record Section(Type Type, Func<IConfiguration, object> Read, params (string Name, string? Value)[] Least)
    {
        /// <summary>What is bound, by name, with its default; null where each setting is asked for.</summary>
        public Dictionary<string, object?>? Bound { get; init; }

        public IConfiguration Configuration(params (string Name, string? Value)[] more) => Configuration(new Asked(), more);

        public IEnumerable<string> Names()
        {
            if (Bound is not null)
                return Bound.Keys;
            var asked = new Asked();
            Read(Configuration(asked));
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
