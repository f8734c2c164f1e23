using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;

namespace OrleansCalls.Load.Net;

/// <summary>
/// The system calls behind <see cref="EventLoop"/>. .NET's own sockets would cost the generator a hop to a thread pool and a
/// second read for every message, and the generator has one core for what the server needs one core for.
/// </summary>
internal static partial class Native
{
    public const uint In = 0x1, Out = 0x4, Error = 0x8, HangUp = 0x10;
    public const int Add = 1, Delete = 2, Modify = 3;
    public const int Again = 11, InProgress = 115;

    private const int Inet = 2, Stream = 1, NonBlocking = 0x800, CloseOnExec = 0x80000;
    private const int SocketLevel = 1, Linger = 13, ErrorOption = 4, TcpLevel = 6, NoDelay = 1, NoSignal = 0x4000;
    private const int BindAddressNoPort = 24;

    /// <summary>An epoll event; the kernel packs it on x64 only.</summary>
    public static int EventSize => RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    public static int EventData => EventSize == 12 ? 4 : 8;

    public static int CreateEpoll() => Check(epoll_create1(CloseOnExec), "epoll_create1");

    public static void Watch(int epoll, int operation, int socket, uint events)
    {
        Span<byte> what = stackalloc byte[16];
        BinaryPrimitives.WriteUInt32LittleEndian(what, events);
        BinaryPrimitives.WriteInt32LittleEndian(what[EventData..], socket);
        Check(epoll_ctl(epoll, operation, socket, ref MemoryMarshal.GetReference(what)), "epoll_ctl");
    }

    /// <summary>Waits for events, but not longer than <paramref name="nanoseconds"/>.</summary>
    public static int Wait(int epoll, Span<byte> events, long nanoseconds)
    {
        ReadOnlySpan<long> time = [nanoseconds / 1_000_000_000, nanoseconds % 1_000_000_000];
        var count = epoll_pwait2(
            epoll, ref MemoryMarshal.GetReference(events), events.Length / EventSize, in MemoryMarshal.GetReference(time), 0);
        return count >= 0 || Marshal.GetLastPInvokeError() == 4 ? Math.Max(count, 0) : Check(count, "epoll_pwait2");
    }

    /// <summary>A socket that is on its way to the address; writable once it is there.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="from">From which of this machine's addresses; null leaves it to the system.</param>
    public static int Connect(IPEndPoint to, IPAddress? from)
    {
        var socket = Check(Native.socket(Inet, Stream | NonBlocking | CloseOnExec, 0), "socket");
        Set(socket, TcpLevel, NoDelay, [1]);
        Span<byte> address = stackalloc byte[16];
        if (from is not null)
        {
            // The port is found when the other end is known, so that each source address has all of them.
            Set(socket, 0, BindAddressNoPort, [1]);
            Write(address, new IPEndPoint(from, 0));
            Check(bind(socket, in MemoryMarshal.GetReference(address), 16), "bind");
        }

        Write(address, to);
        if (connect(socket, in MemoryMarshal.GetReference(address), 16) < 0 && Marshal.GetLastPInvokeError() != InProgress)
            Check(-1, "connect");
        return socket;
    }

    /// <summary>What became of a <see cref="Connect"/>; 0 is good.</summary>
    public static int ConnectError(int socket)
    {
        var (error, size) = (0, 4);
        return getsockopt(socket, SocketLevel, ErrorOption, ref error, ref size) < 0 ? -1 : error;
    }

    public static int Receive(int socket, Span<byte> into) =>
        (int)recv(socket, ref MemoryMarshal.GetReference(into), into.Length, 0);

    public static int Send(int socket, ReadOnlySpan<byte> bytes) =>
        (int)send(socket, in MemoryMarshal.GetReference(bytes), bytes.Length, NoSignal);

    /// <summary>Closes with a reset, as the network of a phone in a tunnel does when it gives up.</summary>
    public static void Reset(int socket)
    {
        Set(socket, SocketLevel, Linger, [1, 0]);
        _ = close(socket);
    }

    /// <summary>Moves all threads of this process to these cores.</summary>
    public static void Pin(IEnumerable<int> cores)
    {
        Span<byte> mask = stackalloc byte[128];
        mask.Clear();
        foreach (var core in cores)
            mask[core / 8] |= (byte)(1 << (core % 8));
        foreach (var thread in Directory.EnumerateDirectories("/proc/self/task"))
        {
            var id = int.Parse(Path.GetFileName(thread), System.Globalization.CultureInfo.InvariantCulture);
            Check(sched_setaffinity(id, mask.Length, in MemoryMarshal.GetReference(mask)), "sched_setaffinity");
        }
    }

    /// <summary>Lets this process, and those it starts, open so many files, or as many as the system lets it.</summary>
    public static void RaiseOpenFiles(long wanted)
    {
        const int openFiles = 7;
        Span<long> now = stackalloc long[2];
        Check(getrlimit(openFiles, ref MemoryMarshal.GetReference(now)), "getrlimit");
        ReadOnlySpan<long> more = [Math.Max(wanted, now[1]), Math.Max(wanted, now[1])];
        if (setrlimit(openFiles, in MemoryMarshal.GetReference(more)) < 0)
            _ = setrlimit(openFiles, in MemoryMarshal.GetReference<long>([now[1], now[1]]));
    }

    /// <summary>Sends a signal.</summary>
    public static void Signal(int process, int signal) => _ = kill(process, signal);

    private static void Write(Span<byte> address, IPEndPoint point)
    {
        BinaryPrimitives.WriteInt16LittleEndian(address, Inet);
        BinaryPrimitives.WriteUInt16BigEndian(address[2..], (ushort)point.Port);
        point.Address.TryWriteBytes(address[4..], out _);
    }

    private static void Set(int socket, int level, int option, ReadOnlySpan<int> value) =>
        _ = setsockopt(socket, level, option, in MemoryMarshal.GetReference(value), value.Length * 4);

    private static int Check(int result, string call) => result >= 0
        ? result
        : throw new IOException($"{call}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_ctl(int epoll, int operation, int socket, ref byte what);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_pwait2(int epoll, ref byte events, int count, in long time, nint mask);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socket(int domain, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int connect(int socket, in byte address, int size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int getsockopt(int socket, int level, int option, ref int value, ref int size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setsockopt(int socket, int level, int option, in int value, int size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recv(int socket, ref byte into, nint size, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint send(int socket, in byte bytes, nint size, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int socket);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int bind(int socket, in byte address, int size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int process, int signal);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int sched_setaffinity(int thread, nint size, in byte mask);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int getrlimit(int resource, ref long limits);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setrlimit(int resource, in long limits);
}
