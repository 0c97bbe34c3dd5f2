using Realtime.Faults;

namespace Realtime.ClientChaos;

/// <summary>What a run has shown, and what of it must not be.</summary>
internal sealed class Verdict
{
    private readonly CampaignOptions _options;
    private readonly RoundResult _result;
    private readonly Footprint _before;
    private readonly Footprint _after;
    private readonly HostReport _host;
    private readonly int _stillThere;
    private readonly long _outOfOrder;

    internal Verdict(CampaignOptions options, RoundResult result, Footprint before, Footprint after, HostReport host)
    {
        (_options, _result, _before, _after, _host) = (options, result, before, after, host);
        _stillThere = result.StillThere;
        _outOfOrder = result.Orders.Sum(static order => order.OutOfOrder + order.Overlaps) + host.OutOfOrder;
        Violations = [.. OfTheRun(), .. OfClients(), .. OfWhatIsLeft()];
    }

    internal IReadOnlyList<string> Violations { get; }

    internal void Print()
    {
        RoundResult r = _result;
        Console.WriteLine($"faults:      {r.Faults.Total} of at least {_options.MinFaults}: {r.Faults}");
        Console.WriteLine($"emits:       {r.Sum(static t => t.Attempted)} in {r.Lasted.TotalSeconds:F1} s and after; a client took {r.Rates.Min():F1} to {r.Rates.Max():F1} a second, {r.Rates.Average():F1} on average");
        Console.WriteLine($"             {r.Sum(static t => t.Acked)} acknowledged, {r.Sum(static t => t.TimedOut)} timed out, {r.Sum(static t => t.Disconnected)} disconnected, {r.Sum(static t => t.BufferFull)} refused by a full buffer, {r.Sum(static t => t.WrongAnswers)} answered wrongly, {r.Sum(static t => t.Unexpected)} ended otherwise");
        Console.WriteLine($"connections: {r.Disconnects} disconnects, {r.Reconnects} reconnects; all answered {r.UntilProven.TotalSeconds:F1} s after the last fault");
        Console.WriteLine($"received:    {r.Orders.Sum(static o => o.Received)} events ({_host.Published} were published to everybody, warm-up included), {r.Orders.Sum(static o => o.OutOfOrder)} out of order, {r.Orders.Sum(static o => o.Overlaps)} handlers at the same time");
        Console.WriteLine($"server saw:  {_host.Echoes} emits (warm-up included), {_host.OutOfOrder} out of order, {_host.Twice} twice, {_host.Joins} joins");
        Console.WriteLine($"before:      {_before}");
        Console.WriteLine($"after:       {_after}; {_stillThere} clients still in memory; of the proxy {r.ProxyLeft}");
        foreach (string violation in Violations)
        {
            Console.WriteLine($"FAILED: {violation}");
        }

        Console.WriteLine($"clients: {r.Connected} of {r.Clients} connected, {r.Hung} hung awaits, {_outOfOrder} out of order");
    }

    private IEnumerable<string> OfTheRun()
    {
        if (_result.Faults.Total < _options.MinFaults)
        {
            yield return $"{_result.Faults.Total} faults, {_options.MinFaults} were promised";
        }

        foreach (FaultKind kind in FaultCounters.Kinds.Where(kind => _result.Faults[kind] == 0))
        {
            yield return $"no fault of the kind {kind}";
        }

        int slow = _result.Rates.Count(static rate => rate < CampaignOptions.MinEmitsPerSecond);
        if (slow > 0)
        {
            yield return $"{slow} clients took fewer than {CampaignOptions.MinEmitsPerSecond} emits a second";
        }
    }

    private IEnumerable<string> OfClients()
    {
        foreach (string missing in _result.Missing.Concat(_result.Refused))
        {
            yield return missing;
        }

        if (_result.Hung > 0)
        {
            yield return $"{_result.Hung} awaits have not ended";
        }

        foreach (string mistake in _result.Orders.Select(static order => order.FirstMistake).OfType<string>().Take(3))
        {
            yield return $"out of order: {mistake}";
        }

        if (_host.OutOfOrder + _host.Twice > 0)
        {
            yield return $"the server got {_host.OutOfOrder} emits out of order and {_host.Twice} twice:\n      {string.Join("\n      ", _host.FirstMistakes)}";
        }

        if (_result.Sum(static tally => tally.WrongAnswers) is > 0 and var wrong)
        {
            yield return $"{wrong} acknowledgements were not those of their emit";
        }

        if (_result.Tallies.Select(static tally => tally.FirstUnexpected).OfType<string>().FirstOrDefault() is { } unexpected)
        {
            yield return $"ended otherwise: {unexpected}";
        }
    }

    private IEnumerable<string> OfWhatIsLeft()
    {
        foreach (string more in _after.Exceeds(_before))
        {
            yield return more;
        }

        if (_stillThere > 0)
        {
            yield return $"{_stillThere} clients are still in memory";
        }
    }
}
