using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;

namespace OrleansCalls.Tests.Hostile;

/// <summary>
/// For each setting of <c>docs/settings.md</c> values that it must not have: by what the table says it may be, or by its name.
/// </summary>
internal static partial class WrongSettings
{
    public const string Secret = "hush-hush-hush-hush-hush-hush-hush-hush";

    private const string VapidPublic = "BFqbg2NIhRObl5MRoPc5bHe7GKQGmTe1Q5HlFnHRDxN2Kkbfkr3ODQCDrYJ1aTeGSrCuZZfGHWh5y2MFzKo3GDs";
    private static readonly string[] Addresses =
    [
        "nonsense", "ftp://host/x", "//host", "http://", "https:// host", "mailto:a@b.c",
    ];
    private static readonly string[] Controls = ["a\nb", "a\rb", "a\tb", "a\u0001b", "a\u007fb"];
    private static readonly string[] Pairs = ["nonsense", "=value", "a=b,c", ",", "a=b\u0001"];
    private static readonly string[] Names = [" a b", "a/b", new('x', 65), "ä", "a\nb"];
    private static readonly string[] Issuers =
    [
        "nonsense", "http://issuer.example.org", "ftp://issuer.example.org", "https://", "//issuer",
    ];
    private static readonly string[] PemFiles = Files("nonsense", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----");
    private static readonly string[] Keys = ["short", new('x', 31), "whsec_", "whsec_c2hvcnQ=", "a\tb" + Secret];

    /// <summary>What the table says of each: its name, and what it may be.</summary>
    public static Dictionary<string, string> Table { get; } = File.ReadLines(
        Path.Combine(AppContext.BaseDirectory, "settings.md"))
        .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
        .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
        .ToDictionary(cells => cells[1].Trim('`'), cells => cells[4]);

    private static readonly Dictionary<string, string[]> ByName = new()
    {
        ["ASPNETCORE_URLS"] =
        [
            "http://127.0.0.1:99999", "ftp://127.0.0.1:5080", "https://127.0.0.1:0", "http://192.0.2.1:0", "nonsense",
        ],
        ["ASPNETCORE_ENVIRONMENT"] = Names,
        ["ConnectionStrings__Postgres"] =
            [
                $"postgres://calls:{Secret}@db", $"Host=;Password={Secret}", Secret, $"Host=db;Port=x;Password={Secret}",
                $"Host=db;Sauce=1;Password={Secret}",
            ],
        ["Storage__Path"] =
        [
            "/dev/null/x", "/proc/1/nothere", typeof(WrongSettings).Assembly.Location, "a\nb", "/tmp/" + new string('x', 300),
        ],
        ["Cluster__Id"] = Names,
        ["Cluster__CertificateFile"] = PemFiles,
        ["Cluster__KeyFile"] = PemFiles,
        ["Cluster__AuthorityFile"] = PemFiles,
        ["Silo__Address"] = ["nonsense", "localhost", "1.2.3.4.5", "::g", "http://127.0.0.1"],
        ["Push__Fcm__CredentialsFile"] = Files("{}", """{"type":"service_account","private_key":"x"}"""),
        ["Push__Apns__KeyFile"] = Files("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "{}"),
        ["Push__Apns__KeyId"] = ["short", new('x', 11), "", "a\nb", "x y"],
        ["Push__Apns__TeamId"] = ["short", new('x', 11), "", "a\nb", "x y"],
        ["Push__Apns__BundleId"] = [" ", "", "a\nb", "a\tb", "a\u0001b"],
        ["Push__WebPush__PublicKey"] = ["short", VapidPublic, "=", "a b", new('A', 87)],
        ["Push__WebPush__PrivateKey"] = ["short", VapidPublic, "=", "a b", new('A', 43)],
        ["Push__WebPush__Subject"] = ["nonsense", "mailto:nobody", "http://example.org", "mailto:a@b.c\"", "https://"],
        ["Push__WebPush__AllowedOrigins"] =
        [
            "nonsense", "http://localhost:1/x", "ftp://localhost", "http://localhost:8090/", "http://a,b",
        ],
        ["Webhooks__Secret"] = [.. Keys, ""],
        ["Webhooks__PreviousSecret"] = Keys,
        ["Webhooks__Events"] = ["nonsense", "call.created,call.dropped", "call.", "call_ended", "*"],
        ["Gateway__Transports"] = ["nonsense", "websockets,smoke", "long polling", "websocket", "1"],
        ["Gateway__Node"] = Names,
        ["Auth__SigningKey"] = ["short", new('x', 31), " ", "", "a\tb" + Secret],
        ["Auth__Authority"] = Issuers,
        ["Admin__OidcAuthority"] = Issuers,
        ["Ice__StunUrls"] = ["nonsense", "turn:host", "stun:", "http://host", "stun:a,b"],
        ["Ice__TurnUrls"] = ["nonsense", "stun:host", "turn:", "http://host", "turn:a,b"],
        ["Ice__TurnSecret"] = ["", " ", "a\nb", "a\tb", "a\u0001b"],
        ["Cors__Origins"] = ["nonsense", "https://host/path", "ftp://host", "https://host/", "*", "null"],
        ["Metrics__Address"] = ["nonsense", "localhost", "1.2.3.4.5", "http://127.0.0.1", "::g"],
        ["Bridge__AriUrl"] = ["", "nonsense", "ftp://host", "http://user:hush@host/ari", "http://host/ari?a=b"],
        ["Bridge__AriUser"] = ["", "a:b", "a\nb", "a\tb", "a\u0001b"],
        ["Bridge__AriPassword"] = ["", " ", "a\nb", "a\tb", "a\u0001b"],
        ["Bridge__App"] = ["", "a b", new('x', 25), "a/b", "ä"],
        ["Bridge__Extensions"] = ["nonsense", "=alice", "100=", "100=alice,100=bob", "1/2=alice"],
        ["Dialects__Disabled"] = ["nonsense", "005", "000;001", "Channels", "agora rooms", "0", "000,x"],
        ["Dialects__SocketIo"] = ["nonsense", "001", "telephone", "notifications", "0", "channels,x"],
        ["Rooms__0__Id"] = ["", " ", "a\nb", "a\tb", "a\u0001b"],
        ["Rooms__0__Members"] = ["", " ", ",", new('x', 129), "alice\nbob"],
        ["OTEL_EXPORTER_OTLP_HEADERS"] = Pairs,
        ["OTEL_RESOURCE_ATTRIBUTES"] = Pairs,
        ["OTEL_METRIC_EXPORT_INTERVAL"] = ["0", "-1", "some", "1.5", "99999999999"],
        ["OTEL_BSP_SCHEDULE_DELAY"] = ["0", "-1", "some", "1.5", "99999999999"],
    };

    /// <summary>What each needs beside it, to be looked at.</summary>
    private static readonly Dictionary<string, (string Name, string Value)[]> Beside = new()
    {
        ["OTEL"] = [("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4317")],
        ["Webhooks"] = [("Webhooks__Url", "http://127.0.0.1:9/"), ("Webhooks__Secret", Secret)],
        ["Bridge"] =
        [
            ("Bridge__AriUrl", "http://127.0.0.1:9/ari"), ("Bridge__AriUser", "u"),
            ("Bridge__AriPassword", Secret), ("Bridge__App", "a"),
        ],
        ["Rooms"] = [("Rooms__0__Id", "hall"), ("Rooms__0__Members", "alice")],
        ["Ice"] = [("Ice__TurnUrls", "turn:host"), ("Ice__TurnSecret", Secret)],
    };

    public static string[] Of(string setting) => ByName.TryGetValue(setting, out var values) ? values : ByRule(Table[setting]);

    /// <summary>The settings that a start is given beside the wrong one.</summary>
    public static IEnumerable<(string Name, string Value)> With(string setting)
    {
        var section = setting.Split('_')[0];
        if (setting.StartsWith("Push__Apns", StringComparison.Ordinal))
            return
            [
                ("Push__Apns__KeyFile", ApnsKey.Value), ("Push__Apns__KeyId", "ABCDEFGHIJ"), ("Push__Apns__TeamId", "ABCDEFGHIJ"),
                ("Push__Apns__BundleId", "org.example.app"),
            ];
        if (setting.StartsWith("Push__WebPush", StringComparison.Ordinal))
            return Vapid.Value.Append(("Push__WebPush__Subject", "mailto:a@example.org"));
        if (setting.EndsWith("File", StringComparison.Ordinal) && section == "Cluster")
            return Certificates.Value;
        return Beside.GetValueOrDefault(section, []);
    }

    private static readonly Lazy<string> ApnsKey = new(() =>
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Written(key.ExportPkcs8PrivateKeyPem());
    });

    private static readonly Lazy<(string, string)[]> Vapid = new(() =>
    {
        var (publicKey, privateKey) = Silo.Push.WebPush.VapidKeys.Make();
        return [("Push__WebPush__PublicKey", publicKey), ("Push__WebPush__PrivateKey", privateKey)];
    });

    private static string[] ByRule(string may)
    {
        if (Range().Match(may) is { Success: true } range)
        {
            var (least, most) = (range.Groups[1].Value, range.Groups[2].Value);
            return least.Contains(':', StringComparison.Ordinal)
                ? [Beyond(least, -1), Beyond(most, 1), "some", "1:2:3:4:5", "99999999.00:00:00", "1,5", "99999999999999999999"]
                : [Beyond(least, -1), Beyond(most, 1), "some", "99999999999999999999", "1,5", "1e"];
        }

        if (Words().IsMatch(may))
        {
            var words = Word().Matches(may).Select(match => match.Groups[1].Value).ToArray();
            return words is ["true", "false"]
                ? ["maybe", "yes", "on", "truefalse", "-"]
                : ["nonsense", words[0] + "x", $"{words[0]} {words[1]}", "-1", "*"];
        }

        if (may == "an http or https address")
            return Addresses;
        return may is "" or "user ids"
            ? Controls
            : throw new InvalidOperationException($"No wrong values are known for what may be '{may}'.");
    }

    private static string Beyond(string value, int direction) => value.Contains(':', StringComparison.Ordinal)
        ? (TimeSpan.Parse(value, CultureInfo.InvariantCulture) + TimeSpan.FromMilliseconds(direction)).ToString(
            "c", CultureInfo.InvariantCulture)
        : (decimal.Parse(value, CultureInfo.InvariantCulture)
            + ((value.Contains('.', StringComparison.Ordinal) ? 0.01m : 1) * direction))
            .ToString(CultureInfo.InvariantCulture);

    private static readonly Lazy<(string, string)[]> Certificates = new(() =>
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=silo", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(
            TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        var pem = Written(certificate.ExportCertificatePem());
        return
        [
            ("Cluster__CertificateFile", pem), ("Cluster__AuthorityFile", pem),
            ("Cluster__KeyFile", Written(key.ExportPkcs8PrivateKeyPem())),
        ];
    });

    private static string[] Files(params string[] texts) => ["/nowhere/key", "/tmp", "/dev/null", .. texts.Select(Written)];

    private static string Written(string text)
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, text);
        return file;
    }

    [GeneratedRegex("^`([^`]+)` to `([^`]+)`$")]
    private static partial Regex Range();

    [GeneratedRegex("^`[A-Za-z0-9./_]+`((,| or) `[A-Za-z0-9./_]+`)+$")]
    private static partial Regex Words();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Word();
}
