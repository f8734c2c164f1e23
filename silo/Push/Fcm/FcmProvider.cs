using System.Text.Json;
using FirebaseAdmin;
using FirebaseAdmin.Messaging;
using Google.Apis.Auth.OAuth2;
using Google.Apis.Auth.OAuth2.Responses;
using OrleansCalls.Push;

namespace OrleansCalls.Silo.Push.Fcm;

/// <summary>
/// Firebase Cloud Messaging through the Firebase SDK, at most 500 requests at once, without batching. The SDK's batch
/// (<c>SendEachAsync</c>) sends the same requests but returns when the slowest one completes: delivered pushes would count as
/// pending, and be repeated.
/// </summary>
internal sealed class FcmProvider : IPushProvider, IDisposable
{
    private const int MostAtOnce = 500;

    private readonly SemaphoreSlim _atOnce = new(MostAtOnce);
    private readonly FirebaseApp _app;
    private readonly FirebaseMessaging _messaging;
    private readonly TimeProvider _time;

    public FcmProvider(FcmOptions fcm, PushOptions options, TimeProvider time)
    {
        _time = time;
        FirebaseApp? app = null;
        try
        {
            app = FirebaseApp.Create(new AppOptions
            {
                Credential = Credential(fcm),
                ProjectId = fcm.ProjectId,
                HttpClientFactory = new FcmTransport(fcm.Endpoint, options.AttemptTimeout),
            }, $"orleans-calls-{Guid.NewGuid():N}");
            _messaging = FirebaseMessaging.GetMessaging(app);
            _app = app;
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or ArgumentException or FormatException
            or JsonException or Newtonsoft.Json.JsonException)
        {
            app?.Delete();
            throw new SettingException(
                $"Push__Fcm__CredentialsFile (with Push__Fcm__ProjectId) cannot be used: {e.Message.ReplaceLineEndings(" ").TrimEnd('.')}.");
        }
    }

    /// <inheritdoc/>
    public PushProvider Provider => PushProvider.Fcm;

    /// <inheritdoc/>
    public async Task<ProviderAnswer> Send(PushMessage message, CancellationToken wanted, CancellationToken late)
    {
        using (var either = CancellationTokenSource.CreateLinkedTokenSource(wanted, late))
            await _atOnce.WaitAsync(either.Token);
        try
        {
            wanted.ThrowIfCancellationRequested();
            // Not cancelled when the call ends: the cancel push that follows must not overtake it.
            return await Send(message, late);
        }
        finally
        {
            _atOnce.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _app.Delete();
        _atOnce.Dispose();
    }

    private async Task<ProviderAnswer> Send(PushMessage message, CancellationToken late)
    {
        try
        {
            await _messaging.SendAsync(FcmMessage.Of(message, _time.GetUtcNow()), late);
            return ProviderAnswer.Accepted;
        }
        catch (OperationCanceledException)
        {
            return ProviderAnswer.Uncertain("timeout");
        }
        catch (FirebaseMessagingException error)
        {
            return FcmAnswers.Read(error);
        }
        catch (TokenResponseException refused)
        {
            // Without an access token nothing was sent to FCM.
            return refused.StatusCode is { } status && (int)status is >= 400 and < 500 and not 429
                ? ProviderAnswer.Misconfigured("invalid_grant")
                : ProviderAnswer.Later("no_access_token");
        }
        catch (ArgumentException)
        {
            // The SDK rejected the message.
            return ProviderAnswer.Refused("invalid_argument");
        }
    }

    private static GoogleCredential Credential(FcmOptions fcm) => fcm.CredentialsFile is { } file
        ? CredentialFactory.FromFile<ServiceAccountCredential>(file).ToGoogleCredential()
        : GoogleCredential.GetApplicationDefault();
}
