namespace Realtime.AspNetCore.Tests.WebSockets.Rfc6455;

/// <summary>What the client sees after the messages of a case.</summary>
/// <param name="End">Open, closed with a frame, or closed without one.</param>
/// <param name="Code">The code of the close frame; 1005 when it is empty; 0 without a close frame.</param>
internal readonly record struct PeerSees(PeerEnd End, int Code)
{
    public static PeerSees StillOpen { get; } = new(PeerEnd.StillOpen, 0);

    public static PeerSees TcpClose { get; } = new(PeerEnd.TcpClose, 0);

    public static PeerSees CloseFrame(int code) => new(PeerEnd.CloseFrame, code);

    public override string ToString() => End == PeerEnd.CloseFrame ? $"close frame {Code}" : End.ToString();
}
