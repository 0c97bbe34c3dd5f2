using System.Net.Sockets;
using System.Text;
using Realtime.Contracts;

namespace Realtime.Faults.Tests;

/// <summary>What a socket says and hears, in letters.</summary>
internal static class Speech
{
    internal static async Task SayAsync(this Socket socket, string text) => Assert.Equal(text.Length, await socket.SendAsync(Encoding.ASCII.GetBytes(text), Bounded.Token()));

    /// <summary>Reads exactly so many letters.</summary>
    internal static async Task<string> HearAsync(this Socket socket, int letters)
    {
        byte[] buffer = new byte[letters];
        int length = 0;
        while (length < letters)
        {
            int read = await socket.ReceiveAsync(buffer.AsMemory(length), Bounded.Token());
            Assert.True(read > 0, $"It ended after \"{Encoding.ASCII.GetString(buffer, 0, length)}\".");
            length += read;
        }

        return Encoding.ASCII.GetString(buffer);
    }

    /// <summary>Reads until the end, which has to be an orderly one.</summary>
    internal static async Task<string> HearAllAsync(this Socket socket)
    {
        var heard = new StringBuilder();
        byte[] buffer = new byte[256];
        for (int read; (read = await socket.ReceiveAsync(buffer, Bounded.Token())) > 0;)
        {
            heard.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }

        return heard.ToString();
    }

    /// <summary>Reads and has to be reset.</summary>
    internal static async Task IsResetAsync(this Socket socket)
    {
        SocketException failure = await Assert.ThrowsAsync<SocketException>(() => socket.ReceiveAsync(new byte[1], Bounded.Token()).AsTask());
        Assert.Equal(SocketError.ConnectionReset, failure.SocketErrorCode);
    }

    internal static bool HasHeardSomething(this Socket socket) => socket.Poll(0, SelectMode.SelectRead);
}
