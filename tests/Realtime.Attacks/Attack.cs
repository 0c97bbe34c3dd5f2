namespace Realtime.Attacks;

/// <summary>One attack: a server with or without its protection, and what an attacker does to it.</summary>
internal abstract class Attack
{
    /// <summary>What it is called in the report.</summary>
    internal abstract string Name { get; }

    /// <summary>What holds it off: the option or the rule, as the report names it.</summary>
    internal abstract string Protection { get; }

    /// <summary>Sets the server up. Without the protection it is the same server, but for the one thing that holds the attack off.</summary>
    internal virtual void Configure(ServerSetup setup, bool isProtected)
    {
    }

    /// <summary>Attacks.</summary>
    /// <returns>Whether the attacker got what it wanted, and what it saw.</returns>
    internal abstract Task<Outcome> RunAsync(Arena arena);
}
