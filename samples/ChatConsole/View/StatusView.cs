using ChatConsole.Model;
using Realtime.Client.States;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ChatConsole.View;

/// <summary>The state of the connection, in words.</summary>
public static class StatusView
{
    public static IRenderable Draw(ConnectionStatus status)
    {
        (Color colour, string text) = Describe(status);
        return new Paragraph().Append("● ", new Style(colour)).Append(text, new Style(colour, decoration: Decoration.Bold)).RightJustified();
    }

    private static (Color Colour, string Text) Describe(ConnectionStatus status) => status.State switch
    {
        ClientState.Connected => (Color.Green, $"Connected · {TransportName(status.Transport)}"),
        ClientState.Connecting when status.SecondsLeft == 0 => (Color.Yellow, status.Attempt > 1 ? $"Connecting… (attempt {status.Attempt})" : "Connecting…"),
        ClientState.Connecting => (Color.Yellow, $"Connecting in {status.SecondsLeft} s (attempt {status.Attempt})"),
        ClientState.Reconnecting when status.SecondsLeft == 0 => (Color.Yellow, $"Reconnecting now (attempt {status.Attempt})"),
        ClientState.Reconnecting => (Color.Yellow, $"Reconnecting in {status.SecondsLeft} s (attempt {status.Attempt})"),
        _ => (Color.Red, Reason(status.Reason) is { } reason ? $"Disconnected · {reason}" : "Disconnected"),
    };

    // What ends a connection for good; after everything else the client comes back.
    private static string? Reason(ClientCloseReason? reason) => reason switch
    {
        ClientCloseReason.Refused or ClientCloseReason.Forbidden => "refused by the server",
        ClientCloseReason.ServerDisconnect or ClientCloseReason.TokenEnded => "ended by the server",
        _ => null,
    };

    private static string TransportName(string? transport) => transport switch
    {
        "websocket" => "WebSocket",
        "polling" => "long-polling",
        _ => transport ?? "…",
    };
}
