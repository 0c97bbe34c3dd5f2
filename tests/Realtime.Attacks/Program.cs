// Realtime.Attacks [word …]      makes the attacks whose names hold one of the words; all without one. Ends with "attacks: N of N held".
using Realtime.Attacks;
using Realtime.Attacks.Attacks;

if (args is [HandlerThatThrows.Unguarded])
{
    return await HandlerThatThrows.RunUnguardedAsync();
}

Attack[] attacks =
[
    new SlowReader(), new SlowHandshake(), new ConnectionFlood(), new SilentRawClient(), new DeadClient(), new HugeMessage(), new CompressionBomb(),
    new AttachmentCountLie(), new DeepJson(), new EventNameSpam(), new NeverAcknowledges(), new HandlerThatNeverEnds(), new HandlerThatThrows(),
    new ForgedSessionId(), new WrongOrigin(), new CrossSiteHijacking(), new PlainConnection(),
    new EventFlood(), new JoinSpam(), new SixthConnection(), new WrongAudience(), new ExpiredToken(), new RevokedToken(), new OtherUsersSession(), new ForgedOffset(),
];
return await Campaign.RunAsync([.. attacks.Where(attack => args.Length == 0 || args.Any(word => attack.Name.Contains(word, StringComparison.OrdinalIgnoreCase)))]);
