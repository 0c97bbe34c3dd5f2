namespace Realtime.Checker;

/// <summary>Makes the usual records. Whatever else a record has is added with <c>with</c>.</summary>
/// <remarks>Thread-safe.</remarks>
public static class Records
{
    public static LogRecord Send(string id, string hash, string? client, params string[] rooms) =>
        new(RecordKind.Send) { Op = id, Id = id, Hash = hash, Client = client, Rooms = rooms };

    public static LogRecord Ack(string op, string room, string? stream, long? offset) =>
        new(RecordKind.Ack) { Op = op, Room = room, Stream = stream, Offset = offset };

    public static LogRecord Fail(string op) => new(RecordKind.Fail) { Op = op };

    public static LogRecord Timeout(string op) => new(RecordKind.Timeout) { Op = op };

    public static LogRecord Unknown(string op) => new(RecordKind.Unknown) { Op = op };

    public static LogRecord Control(string room, string stream, long offset) =>
        new(RecordKind.Control) { Room = room, Stream = stream, Offset = offset };

    public static LogRecord Rotate(string room, string old, long? last, string stream) =>
        new(RecordKind.Rotate) { Room = room, Old = old, To = last, Stream = stream };

    public static LogRecord Recv(string client, string? session, string? stream, long? offset, string id, string hash) =>
        new(RecordKind.Recv) { Client = client, Session = session, Stream = stream, Offset = offset, Id = id, Hash = hash };

    public static LogRecord Join(string session, string room, string stream, long offset) =>
        new(RecordKind.Join) { Session = session, Room = room, Stream = stream, Offset = offset };

    public static LogRecord Leave(string session, string room, string stream, long offset) =>
        new(RecordKind.Leave) { Session = session, Room = room, Stream = stream, Offset = offset };

    public static LogRecord Connect(string client, string session, bool? recovered = null) =>
        new(RecordKind.Connect) { Client = client, Session = session, Recovered = recovered };

    public static LogRecord Disconnect(string client, string session, bool final) =>
        new(RecordKind.Disconnect) { Client = client, Session = session, Final = final };

    public static LogRecord At(string client, string session, string stream, long offset) =>
        new(RecordKind.At) { Client = client, Session = session, Stream = stream, Offset = offset };

    public static LogRecord End(string client, string session, string stream) =>
        new(RecordKind.End) { Client = client, Session = session, Stream = stream };

    public static LogRecord Gap(string client, string session, string stream, long from, long? to) =>
        new(RecordKind.Gap) { Client = client, Session = session, Stream = stream, From = from, To = to };

    public static LogRecord Request(string op, string? client = null) => new(RecordKind.Request) { Op = op, Client = client };

    public static LogRecord Completion(string op, string outcome) => new(RecordKind.Completion) { Op = op, Name = outcome };

    public static LogRecord Claim(string session, string owner, long fence) =>
        new(RecordKind.Claim) { Session = session, Owner = owner, Fence = fence };

    public static LogRecord Fence(string session, string owner, long fence) =>
        new(RecordKind.Fence) { Session = session, Owner = owner, Fence = fence };

    public static LogRecord Store(string session, string owner, long fence) =>
        new(RecordKind.Store) { Session = session, Owner = owner, Fence = fence };

    public static LogRecord Handled(string session, long? number, string id, string? owner = null, long? fence = null) =>
        new(RecordKind.Handled) { Session = session, Number = number, Id = id, Owner = owner, Fence = fence };

    public static LogRecord Refused(string session, long number) => new(RecordKind.Refused) { Session = session, Number = number };

    public static LogRecord Answer(string session, long number, string hash) =>
        new(RecordKind.Answer) { Session = session, Number = number, Hash = hash };

    public static LogRecord Outbound(string connection, long bytes, long cap, long largestMessage) =>
        new(RecordKind.Outbound) { Connection = connection, Value = bytes, Limit = cap, Slack = largestMessage };

    public static LogRecord Close(string connection) => new(RecordKind.Close) { Connection = connection };

    public static LogRecord Fault(string name, bool begins) => new(RecordKind.Fault) { Name = name, Phase = begins ? "begin" : "end" };

    public static LogRecord WasSuspended(string owner) => new(RecordKind.Fault) { Name = "suspended", Phase = "end", Owner = owner };

    public static LogRecord Drain(string owner, bool begins, bool kept) =>
        new(RecordKind.Drain) { Owner = owner, Phase = begins ? "begin" : "end", Kept = kept };

    public static LogRecord Census(string name, bool before, long value, long slack = 0) =>
        new(RecordKind.Census) { Name = name, Phase = before ? "before" : "after", Value = value, Slack = slack };

    public static LogRecord Frame(string scenario, string client, bool reference, string text) =>
        new(RecordKind.Frame) { Name = scenario, Client = client, Phase = reference ? "reference" : "subject", Text = text };

    public static LogRecord CrashOfNode(string owner) => new(RecordKind.Crash) { Owner = owner };

    public static LogRecord CrashOfClient(string client) => new(RecordKind.Crash) { Client = client };

    public static LogRecord Start(string? owner = null) => new(RecordKind.Start) { Owner = owner };

    public static LogRecord Stop(string? owner = null) => new(RecordKind.Stop) { Owner = owner };

    public static LogRecord Quiet() => new(RecordKind.Quiet);

    public static LogRecord Note(string text) => new(RecordKind.Note) { Text = text };
}
