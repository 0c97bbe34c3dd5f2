using global::FluentValidation;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Core.Protocol;
using Realtime.FluentValidation;

namespace Realtime.Extensions.Tests;

public sealed class FluentValidationTests
{
    private static readonly RealtimeEvent<Order, string> s_order = new("order");

    [Fact]
    public async Task A_validator_refuses_and_names_the_member_as_clients_know_it()
    {
        await using TestApp app = await TestApp.StartAsync(space => space.On(s_order, (_, order) => new ValueTask<string>(order.Item)).ValidateWith(new OrderValidator()));

        Assert.Equal("[\"tea\"]", await app.AskAsync("order", "{\"item\":\"tea\",\"lines\":[{\"count\":1}]}"));
        Assert.Equal(Error("No item.", "$.item"), await app.AskAsync("order", "{\"item\":\"\",\"lines\":[]}"));
        Assert.Equal(Error("Too few.", "$.lines[1].count"), await app.AskAsync("order", "{\"item\":\"tea\",\"lines\":[{\"count\":1},{\"count\":0}]}"));
        Assert.Equal("[\"cheap\"]", await app.AskAsync("order", "{\"item\":\"cheap\",\"lines\":[]}")); // a warning refuses nothing
    }

    [Fact]
    public async Task A_validator_may_come_from_dependency_injection_with_what_is_scoped_and_take_its_time()
    {
        await using TestApp app = await TestApp.StartAsync(
            space => space.On(s_order, (_, order) => new ValueTask<string>(order.Item)).ValidateWith<Order, StockValidator>(),
            services => services.AddScoped<Stock>().AddScoped<StockValidator>());

        Assert.Equal("[\"tea\"]", await app.AskAsync("order", "{\"item\":\"tea\",\"lines\":[]}"));
        Assert.Equal(Error("We have no gold.", "$.item"), await app.AskAsync("order", "{\"item\":\"gold\",\"lines\":[]}"));
        Assert.Equal("[\"tea\"]", await app.AskAsync("order", "{\"item\":\"tea\",\"lines\":[]}")); // a stock of its own for each message
    }

    [Fact]
    public async Task All_events_with_a_registered_validator_are_validated()
    {
        await using TestApp app = await TestApp.StartAsync(
            space => space
                .ValidateAllWithFluentValidation()
                .On(s_order, (_, order) => new ValueTask<string>(order.Item))
                .On(new RealtimeEvent<string, string>("free"), (_, text) => new ValueTask<string>(text)),
            services => services.AddSingleton<IValidator<Order>, OrderValidator>());

        Assert.Equal(Error("No item.", "$.item"), await app.AskAsync("order", "{\"item\":\"\",\"lines\":[]}"));
        Assert.Equal("[\"\"]", await app.AskAsync("free", "\"\""));
    }

    [Fact]
    public async Task All_events_with_a_validator_in_an_assembly_are_validated()
    {
        await using TestApp app = await TestApp.StartAsync(space => space
            .On(new RealtimeEvent<Listed>("listed"), (_, _) => default)
            .ValidateAllWithFluentValidation(new OneValidator(typeof(ListedValidator))));

        Assert.Equal(Error("No name.", "$.name"), await app.AskAsync("listed", "{\"name\":\"\"}"));
        Assert.Equal("[]", await app.AskAsync("listed", "{\"name\":\"x\"}"));
    }

    [Fact]
    public async Task An_assembly_that_cannot_be_used_is_refused_at_once()
    {
        Assert.Contains("no public validators", (await RefusedAsync(new OneValidator())).Message, StringComparison.Ordinal);
        Assert.Contains("constructor", (await RefusedAsync(new OneValidator(typeof(StockValidator)))).Message, StringComparison.Ordinal);
        Assert.Contains("second", (await RefusedAsync(new OneValidator(typeof(ListedValidator), typeof(OtherListedValidator)))).Message, StringComparison.Ordinal);

        static async Task<ArgumentException> RefusedAsync(System.Reflection.Assembly assembly)
        {
            var services = new ServiceCollection();
            services.AddRealtime().AddNamespace("/", space => space.ValidateAllWithFluentValidation(assembly));
            await using ServiceProvider provider = services.BuildServiceProvider();
            return Assert.Throws<ArgumentException>(() => provider.GetRequiredService<Realtime.Core.Hosting.IRealtimeServer>());
        }
    }

    private static string Error(string message, string member) => $"[{{\"error\":{{\"code\":\"invalid_payload\",\"message\":\"{message}\",\"member\":\"{member}\"}}}}]";

    public sealed record Order(string Item, List<Line> Lines);

    public sealed record Line(int Count);

    public sealed record Listed(string Name);

    public sealed class ListedValidator : AbstractValidator<Listed>
    {
        public ListedValidator() => RuleFor(listed => listed.Name).NotEmpty().WithMessage("No name.");
    }

    public sealed class OtherListedValidator : AbstractValidator<Listed>;

    public sealed class OrderValidator : AbstractValidator<Order>
    {
        public OrderValidator()
        {
            RuleFor(order => order.Item).NotEmpty().WithMessage("No item.");
            RuleFor(order => order.Item).NotEqual("cheap").WithSeverity(Severity.Warning);
            RuleForEach(order => order.Lines).ChildRules(line => line.RuleFor(item => item.Count).GreaterThan(0).WithMessage("Too few."));
        }
    }

    public sealed class StockValidator : AbstractValidator<Order>
    {
        public StockValidator(Stock stock) => RuleFor(order => order.Item).MustAsync(async (item, _) =>
        {
            await Task.Yield();
            return stock.Take() == 1 && item != "gold";
        }).WithMessage("We have no gold.");
    }

    public sealed class Stock
    {
        private int _taken;

        public int Take() => ++_taken;
    }

    // An assembly with nothing but chosen types, as the scanner sees it.
    private sealed class OneValidator(params Type[] types) : System.Reflection.Assembly
    {
        public override Type[] GetExportedTypes() => types;

        public override Type[] GetTypes() => types;

        public override System.Reflection.AssemblyName GetName() => new("Chosen");
    }
}
