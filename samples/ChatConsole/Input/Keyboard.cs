namespace ChatConsole.Input;

/// <summary>Reads keys on a thread of its own, so that typing goes on whatever the connection does.</summary>
public static class Keyboard
{
    public static void Listen(Loop loop, Action<ConsoleKeyInfo> press)
    {
        var thread = new Thread(() => Read(loop, press)) { IsBackground = true, Name = "Keyboard" };
        thread.Start();
    }

    private static void Read(Loop loop, Action<ConsoleKeyInfo> press)
    {
        while (true)
        {
            ConsoleKeyInfo key = Console.ReadKey(intercept: true);
            loop.Post(() => press(key));
        }
    }
}
