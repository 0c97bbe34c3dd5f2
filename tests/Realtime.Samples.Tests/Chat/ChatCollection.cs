namespace Realtime.Samples.Tests.Chat;

/// <summary>One chat and one browser for all tests of it, one test at a time; each test has a room of its own.</summary>
[CollectionDefinition(Name)]
public sealed class ChatCollection : ICollectionFixture<ChatFixture>
{
    public const string Name = "Chat";
}
