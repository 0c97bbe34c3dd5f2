namespace Realtime.AspNetCore.Tests.WebSockets.Rfc6455;

/// <summary>What came of the bytes that a client sent.</summary>
internal sealed record Outcome(IReadOnlyList<ReceivedMessage> Messages, PeerSees Sees)
{
    public void AssertIs(IReadOnlyList<ReceivedMessage> messages, PeerSees sees)
    {
        Assert.Equal(messages, Messages);
        Assert.Equal(sees, Sees);
    }
}
