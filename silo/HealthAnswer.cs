using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OrleansCalls.Silo;

/// <summary>The body of a health check's answer: each check by its name. Details stay in the log.</summary>
public static class HealthAnswer
{
    /// <summary>Writes it.</summary>
    public static async Task Write(HttpContext context, HealthReport report)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(report);
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("status", Words.Snake(report.Status));
        json.WriteStartObject("checks");
        foreach (var (name, entry) in report.Entries)
            json.WriteString(name, Words.Snake(entry.Status));
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
