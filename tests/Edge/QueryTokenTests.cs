using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OrleansCalls.Gateway.Auth;

namespace OrleansCalls.Tests.Edge;

/// <summary>Tokens in addresses: where they count, and that none is left there for a log. Without a socket.</summary>
public sealed class QueryTokenTests
{
    [Theory]
    [InlineData("/hubs/calls", "?access_token=t&deviceId=d", "Bearer t", "?deviceId=d")]
    [InlineData("/hubs/calls/negotiate", "?access_token=t", "Bearer t", "")]
    [InlineData("/hubs/calls", "?access_token=", "", "")]
    [InlineData("/hubs/calls", "?deviceId=d", "", "?deviceId=d")]
    [InlineData("/socket.io", "?EIO=4&token=t", "Bearer t", "?EIO=4")]
    [InlineData("/socket.io", "?EIO=4&access_token=t", "Bearer t", "?EIO=4")]
    [InlineData("/socket.io", "?EIO=4", "", "?EIO=4")]
    public async Task Token_IsMovedToTheHeader(string path, string query, string header, string left) =>
        Assert.Equal((header, left), await Moved(path, query));

    /// <summary>REST takes no token out of an address, hubs none of another name; none that is sent to REST is logged.</summary>
    [Theory]
    [InlineData("/api/v1/calls", "?access_token=t&state=open", "?state=open")]
    [InlineData("/api/v1/calls", "?token=t", "?token=t")]
    [InlineData("/hubs/calls", "?token=t", "?token=t")]
    public async Task Token_WhereItDoesNotCount_OpensNothing(string path, string query, string left) =>
        Assert.Equal(("", left), await Moved(path, query));

    [Theory]
    [InlineData("/hubs/calls", "?access_token=other"), InlineData("/socket.io", "?token=other")]
    public async Task Header_PrecedesTheAddress(string path, string query) =>
        Assert.Equal(("Bearer mine", ""), await Moved(path, query, "Bearer mine"));

    private static async Task<(string Header, string Query)> Moved(string path, string query, string? header = null)
    {
        await using var services = new ServiceCollection().BuildServiceProvider();
        var app = new ApplicationBuilder(services);
        app.UseQueryTokens();
        app.Run(_ => Task.CompletedTask);
        var context = new DefaultHttpContext { RequestServices = services };
        (context.Request.Path, context.Request.QueryString) = (path, new QueryString(query));
        if (header is not null)
            context.Request.Headers.Authorization = header;
        await app.Build()(context);
        return (context.Request.Headers.Authorization.ToString(), context.Request.QueryString.ToString());
    }
}
