namespace OrleansCalls.History;

/// <summary>How a history that is read becomes an answer.</summary>
internal static class HistoryAnswer
{
    /// <summary>A page, or the error of a question that cannot be answered.</summary>
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
