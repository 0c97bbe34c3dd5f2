using Realtime.Core.Diagnostics;
using Realtime.Core.Protocol.Json;

namespace Realtime.Core.Tests.Protocol;

public sealed class AnswerTests
{
    [Fact]
    public void Who_joins_is_told_the_id() => Assert.Equal("{\"sid\":\"IsOr5-VGeikgeuovAAAA\"}", Wire.Text(ConnectAnswer.Create("IsOr5-VGeikgeuovAAAA")));

    [Theory]
    [InlineData(null, "{\"message\":\"no \\\"entry\\\"\"}")]
    [InlineData("{\"code\":42}", "{\"message\":\"no \\\"entry\\\"\",\"data\":{\"code\":42}}")]
    public void Who_is_refused_is_told_why(string? data, string expected) =>
        Assert.Equal(expected, Wire.Text(ErrorPayload.CreateRefusal("no \"entry\"", data is null ? (ReadOnlyMemory<byte>?)null : Wire.Utf8(data))));

    [Fact]
    public void An_error_is_told_by_its_code_and_its_message()
    {
        ErrorCode code = Enum.GetValues<ErrorCode>()[0];

        string told = Wire.Text(ErrorPayload.Create(code, "größe").Data);

        Assert.Equal($"[{{\"error\":{{\"code\":\"{System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(code.ToString())}\",\"message\":\"größe\"}}}}]", told);
    }
}
