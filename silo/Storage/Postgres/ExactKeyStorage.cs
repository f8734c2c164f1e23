using Orleans.Storage;

namespace OrleansCalls.Silo.Storage.Postgres;

/// <summary>
/// Prefixes keys for the ADO.NET provider, which parses any key that looks like a hexadecimal number or a GUID. The users
/// <c>123</c> and <c>0123</c>, or <c>abc</c> and <c>ABC</c>, would share a row, and so their push tokens. With the prefix no key
/// looks like a number. The storage's name precedes the state's, so that the purge can distinguish calls from users.
/// </summary>
internal sealed class ExactKeyStorage(string storage, IGrainStorage inner) : IGrainStorage
{
    private const string Mark = "id:";

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        DatabaseFault.Translated(inner.ReadStateAsync(Name(stateName), Exact(grainId), grainState));

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        DatabaseFault.Translated(inner.WriteStateAsync(Name(stateName), Exact(grainId), grainState));

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (grainState.ETag is null)
        {
            // The provider reports this as a conflict, but there is nothing to clear, or nothing was read.
            grainState.State = Activator.CreateInstance<T>();
            grainState.RecordExists = false;
            return;
        }

        await DatabaseFault.Translated(inner.ClearStateAsync(Name(stateName), Exact(grainId), grainState));
    }

    private string Name(string stateName) => $"{storage}/{stateName}";

    private static GrainId Exact(GrainId grainId) => GrainId.Create(grainId.Type.ToString()!, Mark + grainId.Key);
}
