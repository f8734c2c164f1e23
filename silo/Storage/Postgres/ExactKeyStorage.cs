using Orleans.Storage;

namespace OrleansCalls.Silo.Storage.Postgres;

/// <summary>
/// Stands before the ADO.NET provider, which takes any key that looks like a hexadecimal number or a GUID for one: the users
/// <c>123</c> and <c>0123</c>, or <c>abc</c> and <c>ABC</c>, would share a row, and one would find the other's push tokens. With
/// a mark in front no key looks like a number. The storage's name goes before the state's, so that the purge can tell calls from
/// users.
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
            // The provider takes this for a conflict. There is nothing to clear, or nothing that was read.
            grainState.State = Activator.CreateInstance<T>();
            grainState.RecordExists = false;
            return;
        }

        await DatabaseFault.Translated(inner.ClearStateAsync(Name(stateName), Exact(grainId), grainState));
    }

    private string Name(string stateName) => $"{storage}/{stateName}";

    private static GrainId Exact(GrainId grainId) => GrainId.Create(grainId.Type.ToString()!, Mark + grainId.Key);
}
