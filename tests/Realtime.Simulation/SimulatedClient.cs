using System.Globalization;
using System.Text;
using System.Text.Json;
using Realtime.Checker;

namespace Realtime.Simulation;

/// <summary>A client by the rules of the protocol: connects, resumes, and leaves the rest to its streams and its window.</summary>
/// <remarks>Confined to the thread of the run.</remarks>
internal sealed class SimulatedClient
{
    private readonly World _world;
    private Link? _link;
    private string? _pid;
    private long _attempt;
    private long _lastAckId;
    private bool _hadSession;
    private bool _isWaiting;
    private TimeSpan _lost;

    internal SimulatedClient(World world, string name)
    {
        _world = world;
        Name = name;
        Streams = new ClientStreams(world, this);
        Window = new SendWindow(world, this);
    }

    internal string Name { get; }

    /// <summary>Gets the name of the session; empty before the first.</summary>
    internal string Session => _pid is null ? "" : _world.Recorder.Session(_pid);

    internal ClientStreams Streams { get; }

    internal SendWindow Window { get; }

    internal bool IsConnected { get; private set; }

    internal Link? Link => _link;

    /// <summary>Gets or sets what is done to the next connection when it opens.</summary>
    internal Action<Link>? NextLink { get; set; }

    /// <summary>Gets or sets the time before which the client does not connect.</summary>
    internal TimeSpan AwayUntil { get; set; }

    internal bool IsQuiet => IsConnected && Window.IsIdle && !Streams.HasHole && _link!.IsIdle;

    internal long NextAckId() => ++_lastAckId;

    internal void Write(string text, bool isRepeated = false) => _link?.Send(text, isRepeated);

    internal void Connect()
    {
        _isWaiting = false;
        if (_link is not null)
        {
            return;
        }

        if (_world.PickNode() is not { } node)
        {
            Reconnect(TimeSpan.FromMilliseconds(200));
            return;
        }

        _attempt++;
        Link link = _link = new Link(_world, this, node);
        NextLink?.Invoke(link);
        NextLink = null;
        link.Open();
        _world.Time.After(TimeSpan.FromSeconds(2), () =>
        {
            if (_link == link && !IsConnected)
            {
                GiveUp();
            }
        });
    }

    /// <summary>Gives the connection up, which the server notices later, if it is not told otherwise.</summary>
    internal void GiveUp()
    {
        if (_link is { } link)
        {
            link.Abandon(TimeSpan.FromMilliseconds(_world.Random.Next(500, 8000)));
            OnClosed(link);
        }
    }

    internal void OnClosed(Link link)
    {
        if (_link != link)
        {
            return;
        }

        _link = null;
        if (IsConnected)
        {
            IsConnected = false;
            _lost = _world.Time.Now;
            _world.Recorder.Add(Records.Disconnect(Name, Session, final: false));
            Streams.OnLost();
        }

        Reconnect(TimeSpan.FromMilliseconds(_world.Random.Next(1, 400)));
    }

    internal void OnText(Link link, string text)
    {
        if (_link != link)
        {
            return;
        }

        switch (text)
        {
            case ['0', ..]:
                link.Send(Hello());
                break;
            case "2":
                link.Send("3");
                break;
            case ['4', '0', ..]:
                OnAnswer(text);
                break;
            case ['4', '2', ..]:
                if (!Streams.OnEvent(text))
                {
                    _world.Problems.Add($"{Name}: {text} of a stream that was not announced, or of too many");
                    GiveUp();
                }

                break;
            case ['4', '3', ..]:
                int json = text.IndexOf('[', StringComparison.Ordinal);
                OnAck(long.Parse(text.AsSpan(2, json - 2), CultureInfo.InvariantCulture), text[json..]);
                break;
            case ['4', '4', ..]:
                GiveUp();
                break;
            case ['4', '1', ..]:
                _world.Problems.Add($"{Name}: {text}");
                break;
        }
    }

    private void OnAck(long id, string json)
    {
        if (!Window.OnAck(id, json))
        {
            Streams.OnResent(id, json);
        }
    }

    private void Reconnect(TimeSpan delay)
    {
        if (!_isWaiting)
        {
            _isWaiting = true;
            TimeSpan away = AwayUntil - _world.Time.Now;
            _world.Time.After(away > delay ? away : delay, Connect);
        }
    }

    private string Hello()
    {
        var hello = new StringBuilder("40{");
        if (_pid is not null)
        {
            hello.Append(CultureInfo.InvariantCulture, $"\"pid\":\"{_pid}\",");
        }

        hello.Append(CultureInfo.InvariantCulture, $"\"$realtime\":{{\"v\":1,\"try\":{_attempt}");
        if (_pid is not null)
        {
            hello.Append(",\"positions\":{").AppendJoin(',', Streams.Positions.Select(static position => $"\"{position.Stream}\":{position.Offset}")).Append('}');
            hello.Append(",\"ended\":{").AppendJoin(',', Streams.Ended.Select(static position => $"\"{position.Key}\":{position.Value}")).Append('}');
        }

        return hello.Append("}}").ToString();
    }

    private void OnAnswer(string text)
    {
        using JsonDocument answer = JsonDocument.Parse(text.AsMemory(2));
        if (!answer.RootElement.TryGetProperty("$realtime", out JsonElement granted))
        {
            _world.Problems.Add($"{Name}: the extension was not granted");
            return;
        }

        bool isRecovered = granted.GetProperty("recovered").GetBoolean();
        TimeSpan away = _hadSession ? _world.Time.Now - _lost : default;
        if (!isRecovered)
        {
            if (_hadSession && away < _world.Plan.Window - TimeSpan.FromSeconds(3))
            {
                _world.Problems.Add($"{Name}: {Session} was away for {away.TotalSeconds:0.0} s and was not recovered");
            }

            Streams.Reset();
        }

        _world.Coverage.Hit(isRecovered ? Branch.Resume : _hadSession ? Branch.NewSession : "connect");
        _pid = answer.RootElement.GetProperty("pid").GetString()!;
        IsConnected = true;
        _lastAckId = 0;
        _world.Recorder.Add(Records.Connect(Name, Session, _hadSession ? isRecovered : null) with { Value = away.Ticks / TimeSpan.TicksPerMicrosecond });
        _hadSession = true;
        Window.OnConnected(isRecovered, granted.GetProperty("received").GetInt64(), granted.GetProperty("window").GetInt32());
    }
}
