using System.Reflection;
using Xunit.Sdk;

namespace OrleansCalls.Storage.Tests;

/// <summary>The two databases.</summary>
public enum StoreKind
{
    Sqlite,
    Postgres,
}

/// <summary>Runs a theory on SQLite.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OnSqliteAttribute : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [[StoreKind.Sqlite]];
}

/// <summary>Runs a theory on PostgreSQL; skipped where there is none, unless everything is required.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OnPostgresAttribute : DataAttribute
{
    public OnPostgresAttribute() => Skip = Postgres.SkipReason;

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [[StoreKind.Postgres]];
}

/// <summary>A test of PostgreSQL alone.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = Postgres.SkipReason;
}

/// <summary>A test of PostgreSQL alone, with cases.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgresTheoryAttribute : TheoryAttribute
{
    public PostgresTheoryAttribute() => Skip = Postgres.SkipReason;
}

internal static class Postgres
{
    internal static string? SkipReason =>
        PostgresServer.Programs is null && Environment.GetEnvironmentVariable("ORLEANSCALLS_REQUIRE_ALL") != "1"
            ? "PostgreSQL is not installed here"
            : null;
}

/// <summary>Tests that share the one server.</summary>
[CollectionDefinition(Name)]
public sealed class SharedServer : ICollectionFixture<PostgresServer>
{
    public const string Name = "stores";
}
