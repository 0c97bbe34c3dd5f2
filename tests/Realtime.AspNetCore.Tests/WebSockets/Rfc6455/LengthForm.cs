namespace Realtime.AspNetCore.Tests.WebSockets.Rfc6455;

/// <summary>How a header spells the length of its payload.</summary>
internal enum LengthForm
{
    Shortest,
    Bits16,
    Bits64,
}
