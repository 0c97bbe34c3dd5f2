using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;

namespace Realtime.Checker.Tests;

/// <summary>The recorder, the format and the program.</summary>
public sealed class LogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("checker").FullName;

    private string PathOf(string name) => Path.Combine(_folder, name);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_record_is_one_line_with_the_fields_that_it_has()
    {
        using (var log = new DeliveryLog(PathOf("a.jsonl"), new FakeTimeProvider()))
        {
            log.Add(Records.Recv("ann", "A", "s", 1, "m1", "<é\n>"));
            log.Add(Records.Gap("ann", "A", "s", 2, null));
        }

        Assert.Equal(
            ["""{"kind":"recv","time":0,"client":"ann","session":"A","stream":"s","offset":1,"id":"m1","hash":"<é\n>"}""", """{"kind":"gap","time":0,"client":"ann","session":"A","stream":"s","from":2}"""],
            File.ReadAllLines(PathOf("a.jsonl")));
    }

    [Fact]
    public void What_is_written_is_read_again()
    {
        LogRecord[] records = [.. GeneratedRun.OneList(GeneratedRun.Of(1).Lines), Records.Outbound("c", 1, 2, 3) with { Window = 4 }, Records.Drain("n", true, true), Records.Note("x") with { ExceptRooms = ["r"], Once = true }];
        using (var log = new DeliveryLog(PathOf("a.jsonl")))
        {
            Array.ForEach(records, log.Add);
        }

        LogFile file = LogFile.Read(PathOf("a.jsonl"));

        Assert.False(file.Torn);
        Assert.Equal(records.Length, file.Records.Count);
        Assert.Equal(File.ReadAllLines(PathOf("a.jsonl")).Length, records.Length);
        Assert.All(records.Zip(file.Records), pair => Assert.Equivalent(pair.First with { Time = pair.Second.Time }, pair.Second, strict: true));
    }

    [Fact]
    public void Times_grow_though_many_threads_write()
    {
        using (var log = new DeliveryLog(PathOf("a.jsonl")))
        {
            Parallel.For(0, 8, thread =>
            {
                for (int index = 0; index < 2_000; index++)
                {
                    log.Add(Records.Recv($"c{thread}", "A", "s", index, "m", "h"));
                }
            });
        }

        IReadOnlyList<LogRecord> records = LogFile.Read(PathOf("a.jsonl")).Records;
        Assert.Equal(16_000, records.Count);
        Assert.Equal(records.Select(record => record.Time).Order(), records.Select(record => record.Time));
        Assert.All(records.GroupBy(record => record.Client), thread => Assert.Equal(Enumerable.Range(0, 2_000).Select(index => (long?)index), thread.Select(record => record.Offset)));
    }

    [Fact]
    public void A_send_is_with_the_operating_system_at_once_and_the_rest_after_a_moment()
    {
        var time = new FakeTimeProvider();
        using var log = new DeliveryLog(PathOf("a.jsonl"), time);
        log.Add(Records.Recv("ann", "A", "s", 1, "m1", "h"));
        Assert.Empty(LogFile.Read(PathOf("a.jsonl")).Records);
        time.Advance(DeliveryLog.FlushInterval);
        Assert.Single(LogFile.Read(PathOf("a.jsonl")).Records);
        log.Add(Records.Send("m2", "h", "ann", "lobby"));
        Assert.Equal(2, LogFile.Read(PathOf("a.jsonl")).Records.Count);
    }

    [Fact]
    public void A_killed_process_may_leave_half_a_line_and_the_next_one_goes_on_behind_it()
    {
        File.WriteAllText(PathOf("a.jsonl"), """
            {"kind":"quiet","time":1}
            {"kind":"recv","ti
            """);
        LogFile torn = LogFile.Read(PathOf("a.jsonl"));
        Assert.True(torn.Torn);
        Assert.Single(torn.Records);

        using (var log = new DeliveryLog(PathOf("a.jsonl")))
        {
            log.Add(Records.Start());
        }

        LogFile whole = LogFile.Read(PathOf("a.jsonl"));
        Assert.False(whole.Torn);
        Assert.Equal([RecordKind.Quiet, RecordKind.Start], whole.Records.Select(record => record.Kind));
    }

    [Theory]
    [InlineData("{\"kind\":\"recv\",\"ti\n{\"kind\":\"quiet\"}\n")]
    [InlineData("{\"kind\":\"other\"}\n{\"kind\":\"quiet\"}\n")]
    [InlineData("{\"kind\":\"quiet\",\"colour\":1}\n{\"kind\":\"quiet\"}\n")]
    public void A_line_inside_that_is_no_record_is_an_error(string text)
    {
        File.WriteAllText(PathOf("a.jsonl"), text);
        Assert.Contains("a.jsonl:1", Assert.Throws<InvalidDataException>(() => LogFile.Read(PathOf("a.jsonl"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_that_lacks_what_it_is_about_is_an_error()
    {
        Assert.Throws<InvalidDataException>(() => DeliveryChecker.Check([new LogRecord(RecordKind.Recv) { Client = "ann" }]));
        Assert.Throws<InvalidDataException>(() => DeliveryChecker.Check([new LogRecord(RecordKind.Gap) { Client = "ann" }]));
        Assert.Throws<InvalidDataException>(() => DeliveryChecker.Check([new LogRecord(RecordKind.Connect) { Client = "ann" }]));
    }

    [Fact]
    public void The_program_says_what_is_wrong_and_where()
    {
        List<(string File, LogRecord Record)> lines = GeneratedRun.Of(2).Lines;
        Write(lines);
        (int code, string output) = RunProgram();
        Assert.Equal(0, code);
        Assert.Matches("sent \\d+, expected \\d+, delivered \\d+, lost 0, duplicated 0, out of order 0, silent gaps 0\n$", output);

        Assert.True(DeliveryMutations.DropLast(lines, new Random(1)));
        Write(lines);
        (code, output) = RunProgram();
        Assert.Equal(1, code);
        Assert.Matches("first violation: I1 \\(1\\): p\\d+ never received m\\d+ at s-[abcd]:\\d+, though all was quiet\n    (c\\d|server).jsonl:\\d+ {", output);
        Assert.Matches("lost 1, duplicated 0, out of order 0, silent gaps 0\n$", output);
    }

    [Fact]
    public void The_program_does_not_accept_logs_that_say_nothing_of_the_end()
    {
        Write([.. GeneratedRun.Of(2).Lines.Where(line => line.Record.Kind != RecordKind.Quiet)]);
        Assert.Equal(2, RunProgram().Code);
        Assert.Equal(0, RunProgram("--no-quiet").Code);
        Assert.All(Directory.EnumerateFiles(_folder), File.Delete);
        Assert.Equal(2, RunProgram().Code);
    }

    private void Write(IEnumerable<(string File, LogRecord Record)> lines)
    {
        foreach (IGrouping<string, (string File, LogRecord Record)> file in lines.GroupBy(line => line.File))
        {
            File.Delete(PathOf($"{file.Key}.jsonl"));
            using var log = new DeliveryLog(PathOf($"{file.Key}.jsonl"));
            foreach ((_, LogRecord record) in file)
            {
                log.Add(record);
            }
        }
    }

    private (int Code, string Output) RunProgram(params string[] options)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Realtime.Checker.dll"), _folder, .. options]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
