namespace Realtime.Client.Interop.Tests.Support;

/// <summary>Handlers that do nothing but answer.</summary>
internal static class Answer
{
    internal static ValueTask AnswerAsync(this ClientEventContext context, params object?[] arguments)
    {
        context.Acknowledge(arguments);
        return default;
    }
}
