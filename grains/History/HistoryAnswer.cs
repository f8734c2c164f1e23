namespace OrleansCalls.History;

/// <summary>Converts results of history to replies.</summary>
internal static class HistoryAnswer
{
    /// <summary>Returns a page, or the error of an invalid query.</summary>
    public static async Task<HistoryPage> OrRefusal(Func<Task<HistoryPage>> read)
    {
        try
        {
            return await read();
        }
        catch (ArgumentException refusal)
        {
            return new HistoryPage
            {
                Items = [],
                Error = new CallError { Code = CallErrorCode.InvalidArgument, Detail = refusal.Message },
            };
        }
    }
}
