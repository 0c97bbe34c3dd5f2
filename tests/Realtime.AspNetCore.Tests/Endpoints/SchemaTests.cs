using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Realtime.AspNetCore.Tests.Support;
using Realtime.Core.Protocol;

namespace Realtime.AspNetCore.Tests.Endpoints;

public sealed partial class SchemaTests
{
    private static readonly RealtimeEvent<Order, Receipt> s_order = new("order");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_describes_payloads_and_acknowledgements_of_each_namespace(bool generated)
    {
        await using TestApp app = await StartAsync(app => app.MapRealtimeSchema("/realtime/schema"), generated);
        using HttpClient http = app.CreateClient();
        using HttpResponseMessage response = await http.GetAsync(new Uri("/realtime/schema", UriKind.Relative));
        JsonNode document = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;

        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(["/", "/shop"], document["namespaces"]!.AsObject().Select(static space => space.Key));
        JsonNode events = document["namespaces"]!["/shop"]!["events"]!;
        Assert.Equal(["note", "order", "raw"], events.AsObject().Select(static found => found.Key));
        const string order = """
            {
              "type": "object",
              "properties": {
                "item": { "type": "string", "minLength": 1, "maxLength": 20 },
                "count": { "type": "integer", "minimum": 1, "maximum": 9 },
                "code": { "type": ["string", "null"], "default": null, "pattern": "^(?:[A-Z]{3})$" },
                "lines": { "type": ["array", "null"], "default": null, "maxItems": 5,
                  "items": { "type": "object", "properties": { "price": { "type": "number", "exclusiveMinimum": 0, "maximum": 99.5 } }, "required": ["price"] } },
                "photo": { "description": "Binary: an attachment, or text in base64." }
              },
              "required": ["item", "count"]
            }
            """;
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(order), events["order"]!["payload"]), events["order"]!["payload"]!.ToJsonString());
        Assert.Equal("integer", events["order"]!["ack"]!["properties"]!["number"]!["type"]!.GetValue<string>());
        Assert.Null(events["note"]!["ack"]);
        Assert.Empty(events["raw"]!.AsObject());
        Assert.Single(document["patterns"]!.AsArray());
    }

    [Fact]
    public async Task It_is_not_there_unless_it_is_mapped()
    {
        await using TestApp app = await StartAsync(app => app.MapRealtime());
        using HttpClient http = app.CreateClient();
        using HttpResponseMessage response = await http.GetAsync(new Uri("/realtime/schema", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task It_can_be_kept_from_strangers()
    {
        await using TestApp app = await TestApp.StartAsync(
            Wire.Memory,
            services =>
            {
                services.AddRealtime().AddNamespace("/");
                services.AddAuthentication("test").AddScheme<Microsoft.AspNetCore.Authentication.AuthenticationSchemeOptions, NobodyScheme>("test", null);
                services.AddAuthorization();
            },
            app =>
            {
                app.UseAuthentication();
                app.UseAuthorization();
                app.MapRealtimeSchema("/realtime/schema").RequireAuthorization();
            });
        using HttpClient http = app.CreateClient();
        using HttpResponseMessage response = await http.GetAsync(new Uri("/realtime/schema", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    private static Task<TestApp> StartAsync(Action<WebApplication> map, bool generated = false) => TestApp.StartAsync(
        Wire.Memory,
        services => services
            .AddRealtime(options =>
            {
                if (generated)
                {
                    options.Json.TypeInfoResolver = SchemaPayloads.Default;
                }
            })
            .AddNamespace("/")
            .AddNamespace(new Regex("^/room-[0-9]+$"), space => space.On(new RealtimeEvent<string>("say"), (_, _) => default))
            .AddNamespace("/shop", space => space
                .On(s_order, (_, order) => new ValueTask<Receipt>(new Receipt(1)))
                .On(new RealtimeEvent<string>("note"), (_, _) => default)
                .On("raw", _ => default)),
        map);

    public sealed record Order([Required, MaxLength(20)] string Item, [Range(1, 9)] int Count, [RegularExpression("[A-Z]{3}")] string? Code = null, [MaxLength(5)] List<Line>? Lines = null, byte[]? Photo = null);

    public sealed record Line([property: Range(0, 99.5, MinimumIsExclusive = true)] double Price);

    public sealed record Receipt(int Number);

    [JsonSerializable(typeof(Order))]
    [JsonSerializable(typeof(Receipt))]
    internal sealed partial class SchemaPayloads : JsonSerializerContext;

    private sealed class NobodyScheme(
        Microsoft.Extensions.Options.IOptionsMonitor<Microsoft.AspNetCore.Authentication.AuthenticationSchemeOptions> options,
        Microsoft.Extensions.Logging.ILoggerFactory logger,
        System.Text.Encodings.Web.UrlEncoder encoder) : Microsoft.AspNetCore.Authentication.AuthenticationHandler<Microsoft.AspNetCore.Authentication.AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<Microsoft.AspNetCore.Authentication.AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Microsoft.AspNetCore.Authentication.AuthenticateResult.NoResult());
    }
}
