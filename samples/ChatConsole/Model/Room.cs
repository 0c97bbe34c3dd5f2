using Chat;

namespace ChatConsole.Model;

/// <summary>The room as this terminal knows it. Messages may come in any order and more than once; each is shown once.</summary>
/// <remarks>Confined to the loop.</remarks>
public sealed class Room(string name, Member me, TimeProvider clock)
{
    private const int KeptEntries = 1000;
    private readonly List<Entry> _entries = [];
    private readonly Dictionary<(string Author, string ClientId), Entry> _byKey = [];
    private readonly List<ChatMessage> _early = [];
    private string? _epoch;
    private int _life;
    private int _notices;

    public string Name => name;

    public Member Me => me;

    public bool IsJoined { get; private set; }

    /// <summary>Gets the number of the last message that is here.</summary>
    public long LastId { get; private set; }

    public IReadOnlyList<Member> Members { get; private set; } = [];

    public IReadOnlyList<Entry> Entries => _entries;

    /// <summary>Adds a line of our own that the server does not have yet: it stands at the end.</summary>
    public Entry AddOwn(string text)
    {
        var entry = new Entry
        {
            At = clock.GetUtcNow(),
            Text = text,
            Place = Place.End,
            Author = me,
            ClientId = Guid.NewGuid().ToString("N"),
            Delivery = Delivery.Waiting,
        };
        Insert(entry);
        return entry;
    }

    public void AddNotice(string text) =>
        Insert(new Entry { At = clock.GetUtcNow(), Text = text, Place = new Place(_life, LastId, ++_notices) });

    /// <summary>Takes a message that the server has numbered.</summary>
    public void Receive(ChatMessage message)
    {
        if (!IsJoined)
        {
            _early.Add(message); // it came before the answer to the join, which tells whether the numbers are still the same
            return;
        }

        LastId = Math.Max(LastId, message.Id);
        var place = new Place(_life, message.Id, 0);
        if (!_byKey.TryGetValue((message.Author.Id, message.ClientId), out Entry? entry))
        {
            Insert(new Entry { At = message.At, Text = PlainText.Of(message), Place = place, Author = message.Author, ClientId = message.ClientId, Delivery = DeliveryOf(message) });
        }
        else
        {
            entry.Delivery = entry.Delivery == Delivery.Delivered ? Delivery.Delivered : DeliveryOf(message);
            Move(entry, place, message.At);
        }
    }

    /// <summary>Notes that the server has a line of ours.</summary>
    public void MarkSent(Entry entry, MessageReceipt receipt)
    {
        LastId = Math.Max(LastId, receipt.Id);
        entry.Delivery = entry.Delivery == Delivery.Delivered ? Delivery.Delivered : Delivery.Sent; // the news of the delivery can be faster
        Move(entry, new Place(_life, receipt.Id, 0), receipt.At);
    }

    /// <summary>Notes that somebody else has a line of ours.</summary>
    public void MarkDelivered(string clientId)
    {
        if (_byKey.TryGetValue((me.Id, clientId), out Entry? entry))
        {
            entry.Delivery = Delivery.Delivered;
        }
    }

    /// <summary>Takes the room as the server has it now.</summary>
    /// <returns>
    /// Lines of ours that the server had and nobody else did, when the server has forgotten the room since: they have to be sent again. Whoever has one
    /// nevertheless knows it by its id and shows it once.
    /// </returns>
    public IReadOnlyList<Entry> Load(JoinedRoom joined)
    {
        IReadOnlyList<Entry> lost = _epoch is not null && _epoch != joined.Epoch ? BeginAnotherLife() : [];
        _epoch = joined.Epoch;
        Members = joined.Members;
        IsJoined = true;
        if (LastId > 0 && joined.Messages.Count > 0 && joined.Messages[0].Id > LastId + 1)
        {
            AddNotice("Some messages in between are no longer kept.");
        }

        foreach (ChatMessage message in joined.Messages.Concat(_early))
        {
            Receive(message);
        }

        _early.Clear();
        return lost;
    }

    /// <summary>The connection has gone, and the membership with it.</summary>
    public void Leave()
    {
        IsJoined = false;
        _early.Clear();
    }

    public void Joined(Member member)
    {
        if (!Members.Contains(member))
        {
            Members = [.. Members, member];
            AddNotice($"{member.Name} joined");
        }
    }

    public void Left(Member member)
    {
        Members = [.. Members.Where(other => other != member)];
        AddNotice($"{member.Name} left");
    }

    private List<Entry> BeginAnotherLife()
    {
        _life++;
        LastId = 0;
        AddNotice("The chat was restarted and has forgotten what was said above.");
        List<Entry> lost = [.. _entries.Where(static entry => entry.Delivery == Delivery.Sent)];
        foreach (Entry entry in lost)
        {
            entry.Delivery = Delivery.Waiting;
            Move(entry, Place.End, entry.At);
        }

        return lost;
    }

    private Delivery DeliveryOf(ChatMessage message) =>
        message.Author.Id != me.Id ? Delivery.None : message.Delivered ? Delivery.Delivered : Delivery.Sent;

    private void Move(Entry entry, Place place, DateTimeOffset at)
    {
        _entries.Remove(entry);
        entry.Place = place;
        entry.At = at;
        Insert(entry);
    }

    private void Insert(Entry entry)
    {
        int place = _entries.Count;
        while (place > 0 && _entries[place - 1].Place.IsAfter(entry.Place))
        {
            place--;
        }

        _entries.Insert(place, entry);
        if (entry.Author is not null)
        {
            _byKey[(entry.Author.Id, entry.ClientId)] = entry;
        }

        // What waits or was not sent stays, whatever its age.
        if (_entries.Count > KeptEntries && _entries.Find(static old => old.Delivery is not (Delivery.Waiting or Delivery.NotSent)) is { } oldest)
        {
            _entries.Remove(oldest);
            _byKey.Remove((oldest.Author?.Id ?? "", oldest.ClientId));
        }
    }
}
