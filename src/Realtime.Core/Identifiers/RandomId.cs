using System.Buffers.Text;
using System.Security.Cryptography;

namespace Realtime.Core.Identifiers;

/// <summary>Makes the identifiers that clients see: connection ids, socket ids, node ids.</summary>
/// <remarks>Thread-safe.</remarks>
public static class RandomId
{
    /// <summary>The number of characters of every identifier made here.</summary>
    public const int Length = 20;

    // 15 bytes are 20 base64 characters without padding. 120 random bits: an id is a bearer secret, guessing it must be hopeless.
    private const int RandomBytes = 15;

    /// <summary>Makes a new identifier of 20 URL-safe characters (120 bits from the operating system's generator).</summary>
    /// <returns>The identifier.</returns>
    public static string Create()
    {
        Span<byte> random = stackalloc byte[RandomBytes];
        RandomNumberGenerator.Fill(random);
        return Base64Url.EncodeToString(random);
    }
}
