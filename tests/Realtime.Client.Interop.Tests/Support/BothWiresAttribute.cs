using System.Reflection;
using Xunit.Sdk;

namespace Realtime.Client.Interop.Tests.Support;

/// <summary>Runs a theory on WebSocket and on polling, where an upgrade would add nothing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BothWiresAttribute : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [[ClientTransports.WebSocket], [ClientTransports.Polling]];
}
