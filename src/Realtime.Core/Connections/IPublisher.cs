namespace Realtime.Core.Connections;

/// <summary>Somebody on whose behalf a scope publishes, who must not say "done" before what was published is on its way.</summary>
internal interface IPublisher
{
    void OnPublished(IDeferredFanOut fanOut, long number);
}
