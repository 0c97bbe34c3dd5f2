using Realtime.Core.Identifiers;

namespace Realtime.Core.Tests.Identifiers;

public sealed class AckIdTests
{
    [Theory]
    [InlineData("0")]
    [InlineData("12")]
    [InlineData("18446744073709551616")]
    [InlineData("99999999999999999999999999999999999999")]
    public void It_reads_as_it_stands_on_the_wire(string digits) => Assert.Equal(digits, new AckId(UInt128.Parse(digits, null)).ToString());

    [Fact]
    public void Every_number_of_the_most_digits_fits() => Assert.True(UInt128.TryParse(new string('9', AckId.MaxDigits), null, out _));

    [Fact]
    public void A_number_of_one_digit_more_may_not_fit() => Assert.False(UInt128.TryParse(new string('9', AckId.MaxDigits + 1), null, out _));
}
