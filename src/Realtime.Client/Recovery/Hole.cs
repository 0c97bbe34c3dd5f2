namespace Realtime.Client.Recovery;

/// <summary>Events that are missing in a stream while later ones have come.</summary>
/// <remarks>Confined to the turn of its <see cref="StreamReceiver"/>.</remarks>
internal sealed class Hole(string stream)
{
    internal string Stream { get; } = stream;

    internal long From { get; set; }

    internal long To { get; set; }

    /// <summary>Gets or sets a value indicating whether the server was asked: then what has not come by <see cref="Due"/> is lost.</summary>
    internal bool IsAsked { get; set; }

    /// <summary>Gets or sets when something has to be done.</summary>
    internal TimeSpan Due { get; set; }

    /// <summary>Gets or sets how often reading had stopped and gone on by then: while nothing is read, time does not count.</summary>
    internal int Pauses { get; set; }
}
