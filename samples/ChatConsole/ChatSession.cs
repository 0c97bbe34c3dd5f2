using Chat;
using ChatConsole.Model;
using Realtime.Client;
using Realtime.Client.States;
using Realtime.Core.Acks;
using Realtime.Core.Diagnostics;

namespace ChatConsole;

/// <summary>
/// The chat through one client: joins the room after each connect, and sends what was typed, one line at a time. The client reconnects by itself; what makes it
/// lossless is here. A line keeps its id, so it can be sent again whenever its receipt did not come: the server keeps it once.
/// </summary>
/// <remarks>Confined to the loop, but for the handlers, which only hand over to it.</remarks>
public sealed class ChatSession : IAsyncDisposable
{
    private static readonly TimeSpan s_answerTimeout = TimeSpan.FromSeconds(10);
    private readonly RealtimeClient _client;
    private readonly Loop _loop;
    private readonly Room _room;
    private readonly ConnectionStatus _status;
    private readonly Outbox _outbox = new();
    private CancellationTokenSource _connection = new(); // cancelled when the connection ends
    private Task _working = Task.CompletedTask;
    private bool _isQuitting;

    public ChatSession(Settings settings, string key, Room room, ConnectionStatus status, Loop loop)
    {
        (_loop, _room, _status) = (loop, room, status);
        _client = new RealtimeClientBuilder(settings.Url.ToString())
            .WithNamespace(ChatEvents.Namespace)
            .WithAuth(_ => new ValueTask<object?>(new SignIn(settings.Name, key)))
            .Build();
        _client.StateChanged += change => loop.Post(() => Changed(change));
        _client.UnhandledException += failure => loop.Post(() => room.AddNotice($"{failure.EventName}: {failure.Exception.Message}"));
        _client.On(ChatEvents.MessageNew, async message =>
        {
            await loop.InvokeAsync(() => room.Receive(message));
            return message.Author.Id != room.Me.Id;
        });
        _client.On(ChatEvents.MessagesDelivered, delivered => loop.InvokeAsync(() => Delivered(delivered)));
        _client.On(ChatEvents.MemberJoined, change => loop.InvokeAsync(() => room.Joined(change.Member)));
        _client.On(ChatEvents.MemberLeft, change => loop.InvokeAsync(() => room.Left(change.Member)));
    }

    public int Waiting => _outbox.Count;

    public async Task ConnectAsync()
    {
        try
        {
            await _client.ConnectAsync();
        }
        catch (Exception error) when (error is RealtimeException or OperationCanceledException)
        {
            if (!_isQuitting)
            {
                _room.AddNotice($"{error.Message} Type /connect to try again.");
            }
        }
    }

    /// <summary>Tries to connect now, whatever the countdown says.</summary>
    public void ConnectNow()
    {
        if (_status.State == ClientState.Disconnected)
        {
            _ = ConnectAsync(); // what goes wrong is shown
        }
        else
        {
            _client.RetryNow();
        }
    }

    /// <summary>Shows a line at once, and sends it as soon as there is a connection.</summary>
    public void Write(string text) => Send(_room.AddOwn(text));

    /// <summary>Sends what was not sent once more.</summary>
    public int Retry()
    {
        List<Entry> notSent = [.. _room.Entries.Where(static entry => entry.Delivery == Delivery.NotSent)];
        notSent.ForEach(Send);
        return notSent.Count;
    }

    public async ValueTask DisposeAsync()
    {
        _isQuitting = true;
        await _connection.CancelAsync();
        await _client.DisposeAsync();
        _connection.Dispose();
    }

    private void Send(Entry entry)
    {
        (entry.Delivery, entry.Reason) = _outbox.TryAdd(entry) ? (Delivery.Waiting, null) : (Delivery.NotSent, "Too many lines are waiting.");
    }

    private void Delivered(MessagesDelivered delivered)
    {
        foreach (string clientId in delivered.ClientIds)
        {
            _room.MarkDelivered(clientId);
        }
    }

    private void Changed(StateChange change)
    {
        _status.Apply(change, _client.TransportName);
        if (change.Previous == ClientState.Connected)
        {
            _room.Leave();
            _connection.Cancel();
        }

        if (change.Current == ClientState.Connected)
        {
            _connection = new CancellationTokenSource();
            _working = WorkAsync(_working, _connection.Token);
        }
    }

    // As long as one connection lasts. The token ends what is asked through it; otherwise the client would keep it for the next connection, before the join.
    private async Task WorkAsync(Task before, CancellationToken connected)
    {
        await before;
        try
        {
            if (await JoinAsync(connected))
            {
                while (true)
                {
                    await SendAsync(await _outbox.PeekAsync(connected), connected);
                }
            }
        }
        catch (Exception error) when (error is OperationCanceledException or DisconnectedException)
        {
            // The connection has gone. What was under way is still in the outbox.
        }
        catch (Exception error)
        {
            _room.AddNotice($"Nothing more is sent until the next connection: {error.Message}"); // an answer that is none, for example
        }
    }

    private async Task<bool> JoinAsync(CancellationToken connected)
    {
        try
        {
            Answer<JoinedRoom> answer = await _client.WithTimeout(s_answerTimeout).EmitAsync(ChatEvents.RoomJoin, new RoomName(_room.Name), connected);
            if (answer.Value is not { } joined)
            {
                _room.AddNotice($"This room cannot be joined: {answer.Error}");
                return false;
            }

            _outbox.Restore(_room.Load(joined));
        }
        catch (Exception error) when (error is AckTimeoutException or EmitRefusedException)
        {
            _room.AddNotice($"This room cannot be joined: {error.Message}");
            return false;
        }

        if (_room.LastId > 0)
        {
            await _client.EmitAsync(ChatEvents.RoomCaughtUp, new CaughtUp(_room.Name, _room.LastId), connected);
        }

        return true;
    }

    private async Task SendAsync(Entry entry, CancellationToken connected)
    {
        try
        {
            var message = new SendMessage(_room.Name, entry.ClientId, entry.Text);
            Answer<MessageReceipt> answer = await _client.WithTimeout(s_answerTimeout).EmitAsync(ChatEvents.MessageSend, message, connected);
            if (answer.Value is { } receipt)
            {
                _room.MarkSent(entry, receipt);
            }
            else
            {
                GiveUp(entry, answer.Error ?? "The server did not say why.");
            }
        }
        catch (AckTimeoutException)
        {
            GiveUp(entry, "The server did not answer.");
        }
        catch (EmitRefusedException refused)
        {
            GiveUp(entry, refused.Message);
        }

        _outbox.Remove(entry);
    }

    private static void GiveUp(Entry entry, string reason)
    {
        if (entry.Delivery != Delivery.Delivered) // somebody has it, whatever became of the receipt
        {
            (entry.Delivery, entry.Reason) = (Delivery.NotSent, reason);
        }
    }
}
