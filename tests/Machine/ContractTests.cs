using System.Globalization;
using System.Reflection;
using OrleansCalls.Calls;

namespace OrleansCalls.Tests.Machine;

/// <summary>
/// Members of messages, values of enums and names of rows that silos and gateways of two versions share while they are replaced
/// one by one: <c>contracts.txt</c> is what was released, and lines may only be added to it. Grains, their interfaces and methods
/// are kept by Orleans' analyzer in <c>OrleansContracts.txt</c>; it knows no members and no values.
/// </summary>
public sealed class ContractTests
{
    private const string File = "tests/Machine/contracts.txt";
    private const string Retired = "retired ";

    private static readonly Assembly Contracts = typeof(ICallGrain).Assembly;
    private static readonly Assembly Grains = typeof(CallGrain).Assembly;

    private static string[] Kept =>
        [.. System.IO.File.ReadAllLines(Repository.File(File)).Where(line => line.Length > 0 && line[0] != '#')];

    [Fact]
    public void Contracts_AreThoseThatWereReleased_AndMore()
    {
        var gone = Kept.Where(line => !line.StartsWith(Retired, StringComparison.Ordinal)).Except(Now()).ToList();
        Assert.True(
            gone.Count == 0,
            $"A version that still knows these would not understand this one; if none is left, put '{Retired}' before them in {File}:\n"
                + string.Join('\n', gone));
        var added = Now().Except(Kept).ToList();
        Assert.True(added.Count == 0, $"New; the version before must do without. Add to {File}:\n" + string.Join('\n', added));
    }

    [Fact]
    public void RetiredNumbersAndNames_AreNotUsedAgain()
    {
        var retired = Kept.Where(line => line.StartsWith(Retired, StringComparison.Ordinal))
            .Select(line => Key(line[Retired.Length..]));
        Assert.Empty(retired.Intersect(Now().Select(Key)));
    }

    [Fact]
    public void NamesAndNumbers_AreUnique() =>
        Assert.Empty(Now().GroupBy(Key).Where(same => same.Count() > 1).Select(same => same.Key));

    /// <summary>What a line is about, without what it says of it.</summary>
    private static string Key(string line) => line.Split(["(", ": ", " = "], StringSplitOptions.None)[0];

    private static IEnumerable<string> Now() =>
        Contracts.GetTypes().Where(type => Has(type, "GenerateSerializerAttribute")).SelectMany(Members)
            .Concat(Contracts.GetExportedTypes().Append(typeof(LegBar)).Where(type => type.IsEnum).SelectMany(Values))
            .Concat(Grains.GetTypes().Where(type => type.BaseType?.Name == "Grain").SelectMany(Rows));

    private static IEnumerable<string> Members(Type type)
    {
        var alias = Argument(type, "AliasAttribute");
        yield return $"{alias} is: {Name(type.BaseType!)}";
        foreach (var member in type.GetProperties(
            BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            if (Has(member, "IdAttribute"))
                yield return $"{alias} #{Argument(member, "IdAttribute")}: {Name(member.PropertyType)} {member.Name}";
    }

    private static IEnumerable<string> Values(Type type) => Enum.GetNames(type)
        .Select(name => $"{type.Name}.{name} = {Convert.ToInt64(Enum.Parse(type, name), CultureInfo.InvariantCulture)}");

    /// <summary>A grain's class names its rows and reminders.</summary>
    private static IEnumerable<string> Rows(Type type) =>
        type.GetConstructors().SelectMany(constructor => constructor.GetParameters())
            .SelectMany(
                parameter => parameter.GetCustomAttributesData()
                    .Where(data => data.AttributeType.Name == "PersistentStateAttribute")
                    .Select(
                        data =>
                            $"rows of {type.Name}: {data.ConstructorArguments[0].Value} in {data.ConstructorArguments[1].Value}, {Name(parameter.ParameterType)}"))
            .DefaultIfEmpty($"rows of {type.Name}: none");

    private static bool Has(MemberInfo member, string attribute) =>
        member.GetCustomAttributesData().Any(data => data.AttributeType.Name == attribute);

    private static object? Argument(MemberInfo member, string attribute) => member.GetCustomAttributesData()
        .FirstOrDefault(data => data.AttributeType.Name == attribute)?.ConstructorArguments[0].Value;

    private static string Name(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } value)
            return Name(value) + "?";
        return type.IsGenericType
            ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
            : type.IsArray ? Name(type.GetElementType()!) + "[]" : type.Name;
    }
}
