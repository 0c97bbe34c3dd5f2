namespace Realtime.Simulation;

/// <summary>The names of the branches that a campaign has to take.</summary>
internal static class Branch
{
    /// <summary>A session was resumed.</summary>
    internal const string Resume = "resume";

    /// <summary>A client came back and got another session.</summary>
    internal const string NewSession = "new session";

    /// <summary>A gap of known size was told to an application.</summary>
    internal const string Gap = "gap";

    /// <summary>A gap of unknown size was.</summary>
    internal const string UnknownGap = "unknown gap";

    /// <summary>A client asked for a hole again.</summary>
    internal const string Resend = "resend";

    /// <summary>A reader came to a place that was not kept any more.</summary>
    internal const string Trim = "trim";

    /// <summary>A write of an owner of old was refused.</summary>
    internal const string Fence = "fence";

    /// <summary>A recipient read from a log.</summary>
    internal const string CatchUp = "catch-up";

    /// <summary>A recipient that read from a log had to wait for its client.</summary>
    internal const string CatchUpWait = "catch-up wait";

    /// <summary>An owner was asked for a session.</summary>
    internal const string Yield = "yield";

    /// <summary>It had a handler to finish first.</summary>
    internal const string YieldWait = "yield wait";

    /// <summary>An attempt to connect was overtaken.</summary>
    internal const string Superseded = "superseded";

    /// <summary>A client dropped an event that it had.</summary>
    internal const string Duplicate = "duplicate";

    /// <summary>A client was told to skip.</summary>
    internal const string Skip = "skip";

    /// <summary>A client sent a message again.</summary>
    internal const string Repeated = "repeated";

    /// <summary>A stream went on as another one.</summary>
    internal const string Replaced = "replaced";

    /// <summary>The server closed a connection that it could not serve, or for another reason of its own.</summary>
    internal const string TooSlow = "closed by server";
}
