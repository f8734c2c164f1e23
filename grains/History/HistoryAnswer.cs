namespace OrleansCalls.History;

/// <summary>How a history that is read becomes an answer.</summary>
internal static class HistoryAnswer
{
    /// <summary>A page, or the error of whoever asked with a cursor that is none.</summary>
    public static async Task<HistoryPage> OrRefusal(Func<Task<HistoryPage>> read)
    {
        try
        {
            return await read();
        }
        catch (ArgumentException)
        {
            return new HistoryPage
            {
                Items = [],
                Error = new CallError { Code = CallErrorCode.InvalidArgument, Detail = "before is not a cursor that this service gave." },
            };
        }
    }
}
