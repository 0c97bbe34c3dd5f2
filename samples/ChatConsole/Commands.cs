using ChatConsole.Model;

namespace ChatConsole;

/// <summary>What a typed line means: a message, or a command when it begins with a slash.</summary>
public sealed class Commands(ChatSession session, Room room, Action quit)
{
    public void Run(string line)
    {
        switch (line)
        {
            case "":
                break;
            case "/quit":
                quit();
                break;
            case "/connect":
                session.ConnectNow();
                break;
            case "/retry":
                room.AddNotice(session.Retry() is > 0 and int count ? $"Sending again: {count}" : "There is nothing to send again.");
                break;
            case ['/', not '/', ..]:
                room.AddNotice($"There is no command {line}. There are /retry, /connect and /quit; // begins a message with a slash.");
                break;
            default:
                session.Write(line.StartsWith("//", StringComparison.Ordinal) ? line[1..] : line);
                break;
        }
    }
}
