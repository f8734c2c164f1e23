using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using OrleansCalls.Calls;
using OrleansCalls.Operators;
using OrleansCalls.Push;
using OrleansCalls.Silo.Storage;
using OrleansCalls.Users;

namespace OrleansCalls.Tests.Storage;

/// <summary>
/// Rows as versions up to this one have written them: every later version must read them, and write them again
/// without losing anything. A file in <c>Golden</c> is never changed. What is new to a row goes into another one,
/// beginning with the next number.
/// </summary>
public sealed class GoldenRowTests
{
    private static readonly GrainStateSerializer Serializer = new();

    private static readonly Dictionary<string, Row> Rows = new()
    {
        ["call"] = new(
            typeof(StoredCall),
            json => JsonSerializer.SerializeToUtf8Bytes(Serializer.Deserialize<StoredCall>(Written(json)), Whole)),
        ["callrow"] = new(typeof(CallRow), json => Written(json).ToArray()),
        ["user"] = Grain<StoredUser>(),
        ["actionkeys"] = Grain<StoredActionKeys>(),
        ["pushtoken"] = Grain<StoredPushToken>(),
        ["adminsessions"] = Grain<StoredAdminSessions>(),
        ["history"] = new(typeof(Call), json => HistoryRecord.Json(HistoryRecord.Call(json))),
    };

    /// <summary>
    /// Members that no version reads any more, since what they said goes another way; see contracts.txt, "retired".
    /// </summary>
    private static readonly string[] Retired = ["answered"];

    /// <summary>A notice is of the call in whose row it is.</summary>
    private static readonly Regex MadeAgain = new(@"\.call\.outbox\[\d+\]\.callId$");

    /// <summary>Members of a call that a row leaves out where they are as in a new one.</summary>
    private static readonly string[] LeftOut =
    [
        .. new[] { typeof(CallerState), typeof(LegState) }.SelectMany(type => type.GetProperties())
            .Where(
                property => property.GetCustomAttribute<JsonIgnoreAttribute>()?.Condition
                    == JsonIgnoreCondition.WhenWritingDefault)
            .Select(Name),
    ];

    private static readonly JsonSerializerOptions Whole = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = { new JsonStringEnumConverter() },
    };

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Golden");

    public static TheoryData<string> Files => [.. Names];

    private static IEnumerable<string> Names =>
        Directory.GetFiles(Folder, "*.json").Select(file => Path.GetFileName(file)).Order();

    [Theory, MemberData(nameof(Files))]
    public void Row_IsReadAndWrittenAgain_WithNothingLost(string file)
    {
        var row = Read(file);
        Assert.Empty(Lost(row, Again(file, row), Path.GetFileNameWithoutExtension(file)));
    }

    /// <summary>An older version has not written what it did not know; that is then as it is in a new call or user.</summary>
    [Theory, MemberData(nameof(Files))]
    public void Row_WithoutWhatMayBeLeftOut_IsReadWithItsDefaults(string file)
    {
        var row = Read(file);
        foreach (var (place, where) in Visit(row, Kind(file).Type).ToList())
        {
            // Without a call there is nothing to be said of it; an event is there or left out.
            if (place.Property.IsDefined(typeof(RequiredMemberAttribute)) || place.Type == typeof(EventRow)
                || place.Property == typeof(CallRow).GetProperty(nameof(CallRow.Call)))
                continue;
            var name = Name(place.Property);
            var (index, value) = (where.IndexOf(name), where[name]);
            where.Remove(name);
            Assert.Empty(Lost(row, Again(file, row), name));
            where.Insert(index, name, value);
        }
    }

    /// <summary>Whoever adds something to what is stored records how it lies there.</summary>
    [Fact]
    public void EverythingThatIsStored_IsInSomeRow()
    {
        var recorded = Names.SelectMany(file => Visit(Read(file), Kind(file).Type))
            .Select(visit => visit.Place).ToHashSet();
        var stored = new HashSet<Type>();
        foreach (var row in Rows.Values)
            Reach(row.Type, stored);
        var missing = stored.SelectMany(type => Members(type).Select(member => new Place(type, member))).Except(recorded);
        Assert.Empty(missing.Select(
            place => $"{place.Type.Name}.{place.Property.Name} is in no file of tests/Storage/Golden: add one that holds it."));
    }

    /// <summary>The row of a call that was read from this one.</summary>
    private static BinaryData Written(byte[] json) =>
        Serializer.Serialize(Serializer.Deserialize<StoredCall>(new BinaryData(json)));

    private static Row Grain<T>() =>
        new(typeof(T), json => Serializer.Serialize(Serializer.Deserialize<T>(new BinaryData(json))).ToArray());

    private static JsonNode Read(string file) => JsonNode.Parse(File.ReadAllBytes(Path.Combine(Folder, file)))!;

    private static JsonNode Again(string file, JsonNode row) =>
        JsonNode.Parse(Kind(file).Again(JsonSerializer.SerializeToUtf8Bytes(row)))!;

    private static Row Kind(string file) => Rows[Path.GetFileNameWithoutExtension(file).Split('-')[1]];

    /// <summary>Where <paramref name="now"/> lacks what <paramref name="then"/> has.</summary>
    private static IEnumerable<string> Lost(JsonNode? then, JsonNode? now, string path) => (then, now) switch
    {
        _ when MadeAgain.IsMatch(path) => [],
        (JsonObject old, JsonObject kept) =>
            old.Where(member => !Retired.Contains(member.Key)).SelectMany(
                member => Lost(member.Value, kept[member.Key], $"{path}.{member.Key}")),
        (JsonArray old, JsonArray kept) when old.Count == kept.Count =>
            old.SelectMany((item, index) => Lost(item, kept[index], $"{path}[{index}]")),
        (JsonValue, JsonValue) when then.ToJsonString() == now.ToJsonString() => [],
        (JsonValue old, null) when LeftOut.Any(path.EndsWith) && old.ToJsonString() is "false" or "0" or "\"None\"" => [],
        _ => [path],
    };

    /// <summary>Every stored member that a row holds, and the object that it is in.</summary>
    private static IEnumerable<(Place Place, JsonObject In)> Visit(JsonNode? node, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (node is JsonArray items)
            return items.SelectMany(item => Visit(item, type.GetGenericArguments()[0]));
        if (node is not JsonObject here || !IsOurs(type))
            return [];
        type = Derived(type).FirstOrDefault(derived => (string?)derived.TypeDiscriminator == (string?)here["event"])?.DerivedType
            ?? type;
        return Members(type).Where(member => here[Name(member)] is not null)
            .SelectMany(member => Visit(here[Name(member)], member.PropertyType).Prepend((new Place(type, member), here)));
    }

    private static void Reach(Type type, HashSet<Type> found)
    {
        foreach (var argument in type.GetGenericArguments())
            Reach(argument, found);
        if (!IsOurs(type) || type.IsEnum || (!type.IsAbstract && !found.Add(type)))
            return;
        foreach (var derived in Derived(type))
            Reach(derived.DerivedType, found);
        foreach (var member in Members(type))
            Reach(member.PropertyType, found);
    }

    private static IEnumerable<JsonDerivedTypeAttribute> Derived(Type type) =>
        type.GetCustomAttributes<JsonDerivedTypeAttribute>(inherit: false);

    /// <summary>What is computed out of the rest is written too, but nobody reads it.</summary>
    private static IEnumerable<PropertyInfo> Members(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.SetMethod is not null && !property.IsDefined(typeof(JsonIgnoreAttribute)));

    private static bool IsOurs(Type type) => type.Assembly.GetName().Name!.StartsWith("OrleansCalls", StringComparison.Ordinal);

    private static string Name(PropertyInfo member) => JsonNamingPolicy.CamelCase.ConvertName(member.Name);

    private sealed record Row(Type Type, Func<byte[], byte[]> Again);

    /// <summary>A member of a type, whichever base it is declared in.</summary>
    private sealed record Place(Type Type, PropertyInfo Property);
}
