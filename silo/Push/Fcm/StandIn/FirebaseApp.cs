using System.Collections.Concurrent;
using System.Collections.Immutable;
using FirebaseAdmin.Messaging;
using Google.Apis.Auth.OAuth2;
using Google.Apis.Http;

namespace FirebaseAdmin;

/// <summary>The options of a <see cref="FirebaseApp"/>.</summary>
internal sealed class AppOptions
{
    public GoogleCredential? Credential { get; set; }

    /// <summary>
    /// The Firebase project; null takes the service account's, then <c>GOOGLE_CLOUD_PROJECT</c>, then <c>GCLOUD_PROJECT</c>.
    /// </summary>
    public string? ProjectId { get; set; }

    public HttpClientFactory HttpClientFactory { get; set; } = new();
}

/// <summary>A Firebase project.</summary>
internal sealed class FirebaseApp
{
    // The package asks for the scopes of all Firebase products; cloud-platform is the one that FCM accepts.
    private static readonly ImmutableArray<string> Scopes =
    [
        "https://www.googleapis.com/auth/firebase",
        "https://www.googleapis.com/auth/userinfo.email",
        "https://www.googleapis.com/auth/identitytoolkit",
        "https://www.googleapis.com/auth/devstorage.full_control",
        "https://www.googleapis.com/auth/cloud-platform",
        "https://www.googleapis.com/auth/datastore",
    ];

    // A name is unique in a process.
    private static readonly ConcurrentDictionary<string, FirebaseApp> Apps = new(StringComparer.Ordinal);

    private readonly string _name;
    private readonly Lazy<FirebaseMessaging> _messaging;

    private FirebaseApp(AppOptions options, string name)
    {
        _name = name;
        var credential = options.Credential ?? throw new ArgumentNullException(nameof(options), "Credential must be set");
        var projectId = options.ProjectId ?? (credential.UnderlyingCredential as ServiceAccountCredential)?.ProjectId
            ?? Environment.GetEnvironmentVariable("GOOGLE_CLOUD_PROJECT") ?? Environment.GetEnvironmentVariable("GCLOUD_PROJECT");
        var scoped = credential.IsCreateScopedRequired ? credential.CreateScoped(Scopes) : credential;
        _messaging = new Lazy<FirebaseMessaging>(() => new FirebaseMessaging(scoped, projectId, options.HttpClientFactory));
    }

    internal FirebaseMessaging Messaging => _messaging.Value;

    /// <summary>Creates an app.</summary>
    /// <exception cref="ArgumentException">An app of this name exists, or there is no credential.</exception>
    public static FirebaseApp Create(AppOptions options, string name)
    {
        var app = new FirebaseApp(options, name);
        return Apps.TryAdd(name, app)
            ? app
            : throw new ArgumentException($"The FirebaseApp named {name} already exists.", nameof(name));
    }

    /// <summary>Releases the name and closes the app's connections.</summary>
    public void Delete()
    {
        if (Apps.TryRemove(new KeyValuePair<string, FirebaseApp>(_name, this)) && _messaging.IsValueCreated)
            _messaging.Value.Close();
    }
}
