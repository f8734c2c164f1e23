using System.Text;

namespace OrleansCalls.Tests.Hostile;

/// <summary>People who act over REST, each with a device of the same name.</summary>
internal sealed class Phones(Program program)
{
    public async Task<int> Post(string user, string path, string body) => (await Send(user, HttpMethod.Post, path, body)).Status;

    public async Task<(int Status, string Answer)> Send(string user, HttpMethod method, string path, string? body)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.Authorization = new("Bearer", Tokens.Of(user));
        request.Headers.Add("X-Device-Id", "d");
        using var answer = await program.Http.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
