using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace OrleansCalls.Load.Measure;

/// <summary>
/// Counts the statements that SQLite runs in this process, by SQLite's own trace of each connection. While nobody counts, a
/// statement costs one call that returns at once.
/// </summary>
internal static unsafe class SqliteCounter
{
    private const uint TraceStatement = 1;

    private static readonly ConcurrentDictionary<string, long> Counts = new(StringComparer.Ordinal);
    private static delegate* unmanaged[Cdecl]<
        nint, uint, delegate* unmanaged[Cdecl]<uint, nint, nint, byte*, int>, nint, int> _trace;
    private static volatile bool _isCounting;

    /// <summary>
    /// Traces every connection that will be opened. Without SQLite among the program's own libraries it does nothing.
    /// </summary>
    public static void Watch()
    {
        // The program's own copy: another one would have connections of its own.
        var folders = (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "").Split(Path.PathSeparator);
        var file = folders.Select(folder => Path.Combine(folder, "libe_sqlite3.so")).FirstOrDefault(File.Exists);
        if (file is null)
            return;
        var library = NativeLibrary.Load(file);
        _trace = (delegate* unmanaged[Cdecl]<nint, uint, delegate* unmanaged[Cdecl]<uint, nint, nint, byte*, int>, nint, int>)
            NativeLibrary.GetExport(library, "sqlite3_trace_v2");
        var atOpen = (delegate* unmanaged[Cdecl]<delegate* unmanaged[Cdecl]<nint, nint, nint, int>, int>)
            NativeLibrary.GetExport(library, "sqlite3_auto_extension");
        _ = atOpen(&Opened);
    }

    /// <summary>Counts from zero.</summary>
    public static void Start()
    {
        Counts.Clear();
        _isCounting = true;
    }

    /// <summary>Stops, and returns how often each statement was run, by its text.</summary>
    public static Dictionary<string, double> Stop()
    {
        _isCounting = false;
        return Counts.ToDictionary(count => count.Key, count => (double)count.Value);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(System.Runtime.CompilerServices.CallConvCdecl)])]
    private static int Opened(nint connection, nint error, nint api) => _trace(connection, TraceStatement, &Ran, 0);

    [UnmanagedCallersOnly(CallConvs = [typeof(System.Runtime.CompilerServices.CallConvCdecl)])]
    private static int Ran(uint what, nint context, nint statement, byte* text)
    {
        // A trigger's statements come as comments.
        if (_isCounting && text[0] != '-')
            Counts.AddOrUpdate(Marshal.PtrToStringUTF8((nint)text) ?? "", 1, (_, count) => count + 1);
        return 0;
    }
}
