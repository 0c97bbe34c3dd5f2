namespace Realtime.Core.Rooms;

/// <summary>Who does not get a broadcast: the first <paramref name="count"/> of some sets of members.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class Exclusions(MemberSet[] sets, int count)
{
    internal bool Contain(Recipient recipient)
    {
        for (int i = 0; i < count; i++)
        {
            if (sets[i].Contains(recipient))
            {
                return true;
            }
        }

        return false;
    }
}
