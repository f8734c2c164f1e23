using System.CommandLine;
using System.Text.Json.Nodes;

namespace OrleansCalls.Tool.Commands;

/// <summary>Issues a token: with the service's own key, or by a service in Development.</summary>
internal static class TokenCommand
{
    private const double MostHours = 24 * 366;

    internal static Command Make()
    {
        var user = new Argument<string>("user") { Description = "The user id (sub)" };
        var roles = new Option<string[]>("--role")
        {
            Description = "admin (operators) or service (acts for others)", AllowMultipleArgumentsPerToken = true,
        };
        roles.AcceptOnlyFromAmong("admin", "service");
        var name = new Option<string?>("--name") { Description = "The display name" };
        var device = new Option<string?>("--device") { Description = "The only device for which it is good" };
        var hours = new Option<double>("--hours") { Description = "For how long", DefaultValueFactory = _ => 1 };
        hours.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.GetValueOrDefault<double>() is not (> 0 and <= MostHours))
                result.AddError($"--hours must be more than 0, and {MostHours} at most.");
        });
        var command = new Command("token", "Prints a token, signed with Auth__SigningKey") { user, roles, name, device, hours };
        command.Does(async (context, cancellation) =>
        {
            var (parsed, userId) = (context.Parsed, context.Parsed.GetValue(user)!);
            if (string.IsNullOrWhiteSpace(userId) || userId.Length > CallLimits.UserId || userId.Any(char.IsControl))
            {
                throw new ToolException(
                    ExitCodes.Undone, $"A user id has 1 to {CallLimits.UserId} characters, none of them a control character.");
            }

            var (token, expiresAt) = await context.MakeToken(
                userId, parsed.GetValue(name), parsed.GetValue(device), parsed.GetValue(roles) ?? [],
                TimeSpan.FromHours(parsed.GetValue(hours)), cancellation);
            context.Output.Json(new JsonObject
            {
                ["token"] = token, ["expiresAt"] = expiresAt?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"),
            });
            // On its own line, for use in shells.
            context.Output.Line(Output.Safe(token));
            return ExitCodes.Good;
        });
        return command;
    }
}
