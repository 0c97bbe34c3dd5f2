using System.Text.RegularExpressions;
using Realtime.AspNetCore.Tests.Support;

namespace Realtime.AspNetCore.Tests.RawWebSockets;

/// <summary>Plays every conversation of docs/protocol/raw-websocket.md against a real server.</summary>
public sealed partial class DocumentedConversationTests
{
    private static readonly string s_page = File.ReadAllText(Path.Combine(Root(), "docs", "protocol", "raw-websocket.md"));

    public static TheoryData<string> Conversations => [.. Block().Matches(s_page).Select(static match => match.Groups["lines"].Value)];

    [Theory]
    [MemberData(nameof(Conversations))]
    public async Task It_goes_as_the_page_says(string conversation)
    {
        await using TestApp app = await RawApp.StartAsync();
        await using RawClient client = await RawClient.ConnectAsync(app);
        foreach (string line in conversation.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("> ", StringComparison.Ordinal))
            {
                await client.SendAsync(line[2..]);
                continue;
            }

            Assert.StartsWith("< ", line, StringComparison.Ordinal);
            Assert.Equal(line[2..], Id().Replace(await client.ReceiveAsync(), "\"sid\":\"*\""));
        }
    }

    [Fact]
    public void The_page_has_conversations() => Assert.True(Conversations.Count >= 9, "The page has lost its conversations, or their fence is spelled otherwise.");

    [Fact]
    public void The_bytes_of_the_page_are_those_of_its_line() =>
        Assert.Equal(
            Convert.ToHexStringLower(RawClient.ToBytes("""bin {"event":"size","data":{"_placeholder":true,"num":0},"id":1} 010203""")),
            Bytes().Match(s_page).Groups["hex"].Value);

    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Realtime.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }

    [GeneratedRegex(@"```raw\n(?<lines>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"```bytes\n> (?<hex>[0-9a-f]+)\n```")]
    private static partial Regex Bytes();

    [GeneratedRegex("\"sid\":\"[A-Za-z0-9_-]{20}\"")]
    private static partial Regex Id();
}
