using System.Reflection;
using Xunit.Sdk;

namespace Realtime.Client.Interop.Tests.Support;

/// <summary>Runs a theory once on each transport that a client can have.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EveryTransportAttribute : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) =>
        [[ClientTransports.WebSocket], [ClientTransports.Polling], [ClientTransports.PollingWithUpgrade]];
}
