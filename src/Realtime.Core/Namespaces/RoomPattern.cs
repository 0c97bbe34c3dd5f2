namespace Realtime.Core.Namespaces;

/// <summary>A pattern of room names: <c>*</c> stands for any text, also none; everything else for itself, with its case.</summary>
/// <remarks>Immutable. Matching takes time in the product of both lengths at worst, never more: names may come from clients.</remarks>
internal readonly record struct RoomPattern(string Text)
{
    internal bool Matches(string name)
    {
        int inPattern = 0;
        int inName = 0;
        int star = -1;
        int afterStar = 0;
        while (inName < name.Length)
        {
            if (inPattern < Text.Length && Text[inPattern] == '*')
            {
                star = inPattern++;
                afterStar = inName;
            }
            else if (inPattern < Text.Length && Text[inPattern] == name[inName])
            {
                inPattern++;
                inName++;
            }
            else if (star >= 0)
            {
                // The last star takes one more. Earlier ones need not: what they could take, it can too.
                inPattern = star + 1;
                inName = ++afterStar;
            }
            else
            {
                return false;
            }
        }

        return Text.AsSpan(inPattern).TrimStart('*').IsEmpty;
    }
}
