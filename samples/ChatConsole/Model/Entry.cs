using Chat;

namespace ChatConsole.Model;

/// <summary>A message or a notice, as it is shown.</summary>
public sealed class Entry
{
    public required DateTimeOffset At { get; set; }

    public required string Text { get; init; }

    public required Place Place { get; set; }

    /// <summary>Gets who said it; nobody says a notice.</summary>
    public Member? Author { get; init; }

    /// <summary>Gets the author's own name for it.</summary>
    public string ClientId { get; init; } = "";

    public Delivery Delivery { get; set; }

    /// <summary>Gets or sets why it was not sent.</summary>
    public string? Reason { get; set; }
}
