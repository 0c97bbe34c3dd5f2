using Chat;

namespace ChatConsole;

/// <summary>What was said on the command line.</summary>
public sealed record Settings(Uri Url, string Name, string Room)
{
    public const string Usage = "usage: dotnet run --project samples/ChatConsole -- [--url http://localhost:5080] [--name Ada] [--room lobby]";

    /// <summary>Reads the command line.</summary>
    /// <returns>The settings, or what is wrong with it, in words for people.</returns>
    public static (Settings? Settings, string? Error) Read(IReadOnlyList<string> arguments)
    {
        string url = "http://localhost:5080";
        string name = ChatRules.IsName(Environment.UserName) ? Environment.UserName : "Guest";
        string room = ChatRules.Lobby;
        for (int i = 0; i < arguments.Count; i += 2)
        {
            if (i + 1 == arguments.Count)
            {
                return (null, $"{arguments[i]} has no value.");
            }

            switch (arguments[i])
            {
                case "--url": url = arguments[i + 1]; break;
                case "--name": name = arguments[i + 1]; break;
                case "--room": room = arguments[i + 1].TrimStart('#'); break;
                default: return (null, $"{arguments[i]} is not an option.");
            }
        }

        return Check(url, name, room) is { } error ? (null, error) : (new Settings(new Uri(url), name, room), null);
    }

    private static string? Check(string url, string name, string room)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? address) || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
        {
            return $"{url} is not the address of a chat; it is something like http://localhost:5080.";
        }

        if (!ChatRules.IsName(name))
        {
            return $"A name has 1 to {ChatRules.MaxNameLength} letters, digits, spaces, dots, dashes or apostrophes.";
        }

        return ChatRules.IsRoom(room) ? null : $"A room has a name of 1 to {ChatRules.MaxRoomLength} small letters, digits and dashes.";
    }
}
