using System.Collections.Concurrent;
using FirebaseAdmin.Messaging;
using Google.Apis.Auth.OAuth2;
using Google.Apis.Http;

namespace FirebaseAdmin;

/// <summary>How an app reaches Firebase.</summary>
internal sealed class AppOptions
{
    /// <summary>Who we are.</summary>
    public GoogleCredential? Credential { get; set; }

    /// <summary>The Firebase project; out of the service account when not given.</summary>
    public string? ProjectId { get; set; }

    /// <summary>Makes the HTTP client; tests put their own.</summary>
    public HttpClientFactory HttpClientFactory { get; set; } = new();
}

/// <summary>A Firebase project as this program uses it.</summary>
internal sealed class FirebaseApp
{
    private const string DefaultName = "[DEFAULT]";

    // As in the original a name can be taken once in a process: code that creates an app twice must fail here too.
    private static readonly ConcurrentDictionary<string, FirebaseApp> Apps = new(StringComparer.Ordinal);

    private readonly Lazy<FirebaseMessaging> _messaging;

    private FirebaseApp(AppOptions options, string name)
    {
        Options = new AppOptions
        {
            Credential = options.Credential ?? throw new ArgumentException("Credential must be set.", nameof(options)),
            ProjectId = options.ProjectId ?? (options.Credential.UnderlyingCredential as ServiceAccountCredential)?.ProjectId,
            HttpClientFactory = options.HttpClientFactory,
        };
        Name = name;
        _messaging = new Lazy<FirebaseMessaging>(() => new FirebaseMessaging(Options));
    }

    /// <summary>Its name in this process.</summary>
    public string Name { get; }

    /// <summary>What it was made with.</summary>
    public AppOptions Options { get; }

    internal FirebaseMessaging Messaging => _messaging.Value;

    /// <summary>Makes the default app.</summary>
    public static FirebaseApp Create(AppOptions options) => Create(options, DefaultName);

    /// <summary>Makes an app.</summary>
    /// <exception cref="ArgumentException">There is one of that name already.</exception>
    public static FirebaseApp Create(AppOptions options, string name)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrEmpty(name);
        var app = new FirebaseApp(options, name);
        return Apps.TryAdd(name, app) ? app : throw new ArgumentException($"The FirebaseApp named {name} already exists.", nameof(name));
    }

    /// <summary>Gives the name free and closes what the app has opened.</summary>
    public void Delete()
    {
        if (Apps.TryRemove(new KeyValuePair<string, FirebaseApp>(Name, this)) && _messaging.IsValueCreated)
            _messaging.Value.Close();
    }
}
