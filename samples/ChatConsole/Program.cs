using System.Runtime.InteropServices;
using Chat;
using ChatConsole;
using ChatConsole.Input;
using ChatConsole.Model;
using ChatConsole.View;

(Settings? settings, string? error) = Settings.Read(args);
if (settings is null)
{
    Console.Error.WriteLine($"{error}\n{Settings.Usage}");
    return 2;
}

if (Console.IsInputRedirected || Console.IsOutputRedirected)
{
    Console.Error.WriteLine("ChatConsole shows a picture and reads single keys, so it needs a terminal; here its input or its output is redirected. Run it in a terminal.");
    return 2;
}

string key = Guid.NewGuid().ToString("N"); // the secret that makes this terminal the same member after a reconnect
var loop = new Loop();
var room = new Room(settings.Room, new Member(ChatRules.MemberId(key), settings.Name), TimeProvider.System);
var status = new ConnectionStatus(TimeProvider.System);
var input = new LineEditor(ChatRules.MaxTextLength);
var session = new ChatSession(settings, key, room, status, loop);
var view = new ChatView(room, status, input, () => session.Waiting);
using (var screen = new Screen())
{
    loop.Run(RunAsync, () => view.Draw(screen));
}

List<Entry> lost = [.. room.Entries.Where(static entry => entry.Delivery is Delivery.Waiting or Delivery.NotSent)];
if (lost.Count > 0)
{
    Console.WriteLine($"Not sent to #{room.Name}:\n{string.Join('\n', lost.Select(static entry => $"  {entry.Text}"))}");
}

return 0;

async Task RunAsync()
{
    using var quitting = new CancellationTokenSource();
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Quit);
    using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Quit);
    var commands = new Commands(session, room, quitting.Cancel);
    Keyboard.Listen(loop, pressed =>
    {
        if (pressed.Key is ConsoleKey.PageUp or ConsoleKey.PageDown)
        {
            view.Scroll(back: pressed.Key == ConsoleKey.PageUp);
        }
        else if (input.Press(pressed) is { } line)
        {
            commands.Run(line);
        }
    });
    _ = session.ConnectAsync(); // what becomes of it is shown

    // While nothing else happens the countdown goes on, and a terminal of another size is noticed.
    using var ticks = new PeriodicTimer(TimeSpan.FromSeconds(1));
    try
    {
        while (await ticks.WaitForNextTickAsync(quitting.Token))
        {
            ticks.Period = status.SecondsLeft > 0 ? TimeSpan.FromMilliseconds(200) : TimeSpan.FromSeconds(1);
        }
    }
    catch (OperationCanceledException)
    {
        await session.DisposeAsync();
    }

    void Quit(PosixSignalContext signal)
    {
        signal.Cancel = true;
        loop.Post(quitting.Cancel);
    }
}
