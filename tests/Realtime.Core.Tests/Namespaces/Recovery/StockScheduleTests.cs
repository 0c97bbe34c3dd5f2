using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Core.Namespaces;
using Realtime.Core.Tests.Hosting;

namespace Realtime.Core.Tests.Namespaces.Recovery;

/// <summary>A stock client over a network that breaks anywhere, also inside of a resume: it gets everything once and in order while it is recovered, and nothing twice ever.</summary>
public sealed class StockScheduleTests
{
    private static readonly string[] s_rooms = ["a", "b", "c"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Everything_comes_once_and_in_order(int seed)
    {
        int recovered = 0;
        int renewed = 0;
        for (int run = 0; run < 20; run++)
        {
            await using var schedule = new Schedule(new Random((seed * 1000) + run));
            await schedule.RunAsync();
            recovered += schedule.Recovered;
            renewed += schedule.Renewed;
        }

        Assert.True(recovered > 50, $"{recovered} resumes, {renewed} new sessions"); // or nothing was tested
        Assert.True(renewed > 0);
    }

    private sealed class Schedule(Random random) : IAsyncDisposable
    {
        private readonly TestServer _server = TestServer.Start(
            builder => builder.AddNamespace("/", _ => { }),
            static options =>
            {
                options.Recovery.StockClients = true;
                options.Recovery.SkipMiddlewares = true;
            });

        private readonly HashSet<string> _joined = [];
        private readonly List<int> _owed = [];
        private readonly List<int> _got = [];
        private StockClient _client = null!;
        private bool _isAway;
        private int _last;
        private int _highest;

        internal int Recovered { get; private set; }

        internal int Renewed { get; private set; }

        private RealtimeNamespace Space => _server.Server.Of("/");

        public async ValueTask DisposeAsync() => await _server.DisposeAsync();

        internal async Task RunAsync()
        {
            _client = await new StockClient(_server).ConnectAsync();
            for (int step = 0; step < 60; step++)
            {
                await StepAsync();
            }

            await ReturnAsync();
            Check();
        }

        private async Task StepAsync()
        {
            switch (random.Next(10))
            {
                case < 5:
                    await EmitAsync();
                    break;
                case 5:
                    await (random.Next(2) == 0 ? JoinAsync() : LeaveAsync());
                    break;
                case 6:
                    await Space.Volatile.EmitAsync("v", "text:1");
                    break;
                case 7 when !_isAway:
                    _client.Cut(random.Next(5));
                    _isAway = true;
                    Take();
                    break;
                case 8 when _isAway && random.Next(3) == 0:
                    await BreakResumeAsync();
                    break;
                default:
                    await ReturnAsync();
                    break;
            }
        }

        private async Task EmitAsync()
        {
            string[] rooms = [.. s_rooms.Where(_ => random.Next(2) == 0)];
            int number = ++_last;
            if (random.Next(5) == 0)
            {
                rooms = [_client.Sid];
            }

            if (rooms.Length == 0 || rooms[0] == _client.Sid || rooms.Any(_joined.Contains))
            {
                _owed.Add(number);
            }

            await Space.To(rooms).EmitAsync("e", number);
        }

        private async Task JoinAsync()
        {
            string room = s_rooms[random.Next(3)];
            _joined.Add(room);
            await Space.To(_client.Sid).JoinAsync(room);
        }

        private async Task LeaveAsync()
        {
            string room = s_rooms[random.Next(3)];
            _joined.Remove(room);
            await Space.To(_client.Sid).LeaveAsync(room);
        }

        // The connection breaks again, before or behind the answer.
        private async Task BreakResumeAsync()
        {
            string pid = _client.Pid!;
            await ((ClientSession)_client.Begin().Raw.Connection.Session!).Connecting;
            _client.Cut(random.Next(4));
            Note(pid);
            Take();
        }

        private async Task ReturnAsync()
        {
            if (!_isAway)
            {
                return;
            }

            string pid = _client.Pid!;
            await _client.ConnectAsync();
            _isAway = false;
            Note(pid);
            Take();
            Check();
        }

        private void Note(string pid)
        {
            if (_client.Pid != pid)
            {
                Renewed++;
                _joined.Clear();
                _owed.Clear();
            }
        }

        private void Take()
        {
            foreach (string taken in _client.Events)
            {
                if (taken == "connect")
                {
                    _got.Clear();
                }
                else if (taken == "recovered")
                {
                    Recovered++;
                }
                else if (taken[0] == 'e')
                {
                    int number = int.Parse(taken[1..], CultureInfo.InvariantCulture);
                    Assert.True(number > _highest, $"{number} came behind {_highest}");
                    _highest = number;
                    _got.Add(number);
                }
            }

            _client.Events.Clear();
        }

        private void Check()
        {
            _client.Read();
            Take();
            Assert.Equal(_owed, _got);
        }
    }
}
