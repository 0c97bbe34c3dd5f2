namespace Realtime.Core.Connections;

/// <summary>Decides on clients that are about to connect, before anything is made for them.</summary>
/// <remarks>Thread-safe.</remarks>
internal interface IConnectionAdmission
{
    /// <summary>Looks at an address, in the form of <see cref="AddressKey"/>.</summary>
    /// <returns>Why the client is refused; <see langword="null"/> when it may connect.</returns>
    ConnectionRefusal? Check(string addressKey);
}
