using Microsoft.AspNetCore.SignalR;

namespace SignalRPeer;

internal sealed class BenchHub : Hub
{
    private const string Room = "r";

    public override Task OnConnectedAsync() => Groups.AddToGroupAsync(Context.ConnectionId, Room);

    [HubMethodName("echo")]
    public string Echo(string value) => value;

    [HubMethodName("pub")]
    public Task Publish(string value) => Clients.Group(Room).SendAsync("msg", value);
}
