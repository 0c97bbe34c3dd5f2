namespace Chat;

/// <summary>The last messages of a room, numbered, and the memory of what was sent twice.</summary>
/// <remarks>Guarded by <c>_gate</c>.</remarks>
public sealed class RoomHistory
{
    private const int KeptMessages = 100;

    // A page sends again what it got no receipt for, within seconds: far fewer messages than these come in between.
    private const int RememberedReceipts = 2000;

    private readonly Lock _gate = new();
    private readonly List<ChatMessage> _messages = [];
    private readonly Dictionary<(string Author, string ClientId), MessageReceipt> _receipts = [];
    private readonly Queue<(string Author, string ClientId)> _receiptOrder = [];
    private long _lastId;

    /// <summary>Gets the name of this numbering: after a restart the numbers begin again, under another name.</summary>
    public string Epoch { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Adds a message, once.</summary>
    /// <returns>The receipt, and the numbered message unless it was there already.</returns>
    public (MessageReceipt Receipt, ChatMessage? Added) Append(ChatMessage message)
    {
        lock (_gate)
        {
            (string, string) key = (message.Author.Id, message.ClientId);
            if (_receipts.TryGetValue(key, out MessageReceipt? known))
            {
                return (known, null);
            }

            message = message with { Id = ++_lastId };
            _messages.Add(message);
            if (_messages.Count > KeptMessages)
            {
                _messages.RemoveAt(0);
            }

            var receipt = new MessageReceipt(message.Id, message.At);
            _receipts.Add(key, receipt);
            _receiptOrder.Enqueue(key);
            if (_receiptOrder.Count > RememberedReceipts)
            {
                _receipts.Remove(_receiptOrder.Dequeue());
            }

            return (receipt, message);
        }
    }

    public IReadOnlyList<ChatMessage> Recent()
    {
        lock (_gate)
        {
            return [.. _messages];
        }
    }

    /// <summary>Notes that a member has the messages up to a number.</summary>
    /// <returns>Those of others that nobody else had before.</returns>
    public IReadOnlyList<ChatMessage> MarkDelivered(long upTo, string memberId) => Mark(message => message.Id <= upTo && message.Author.Id != memberId);

    /// <summary>Notes that somebody has a message.</summary>
    /// <returns>The message, if nobody had it before.</returns>
    public IReadOnlyList<ChatMessage> MarkDelivered(long id) => Mark(message => message.Id == id);

    private List<ChatMessage> Mark(Func<ChatMessage, bool> which)
    {
        lock (_gate)
        {
            List<ChatMessage> marked = [];
            for (int i = 0; i < _messages.Count; i++)
            {
                if (!_messages[i].Delivered && which(_messages[i]))
                {
                    _messages[i] = _messages[i] with { Delivered = true };
                    marked.Add(_messages[i]);
                }
            }

            return marked;
        }
    }
}
