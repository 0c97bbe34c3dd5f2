using Realtime.Core.Identifiers;

namespace Realtime.Core.Tests.Identifiers;

public sealed class NamespacePathTests
{
    [Theory]
    [InlineData("", "/")]
    [InlineData("/", "/")]
    [InlineData("chat", "/chat")]
    [InlineData("/chat", "/chat")]
    [InlineData("/a?x=y", "/a?x=y")]
    [InlineData("//", "//")]
    [InlineData("größe/€", "/größe/€")]
    public void A_name_gets_its_leading_slash(string name, string path)
    {
        NamespacePath parsed = NamespacePath.Parse(name);

        Assert.Equal(path, parsed.Value);
        Assert.Equal(path, parsed.ToString());
        Assert.Equal(path, Wire.Text(parsed.Utf8Memory));
        Assert.Equal(Wire.Utf8(path), parsed.Utf8.ToArray());
    }

    [Fact]
    public void Only_the_main_namespace_is_the_root()
    {
        Assert.True(NamespacePath.Parse("/").IsRoot);
        Assert.False(NamespacePath.Parse("//").IsRoot);
        Assert.Same(NamespacePath.Root, NamespacePath.Parse(""));
    }

    [Fact]
    public void A_comma_is_refused() => Assert.Contains("comma", Assert.Throws<ArgumentException>(() => NamespacePath.Parse("/a,b")).Message);

    [Fact]
    public void Null_is_refused() => Assert.Throws<ArgumentNullException>(() => NamespacePath.Parse(null!));

    [Theory]
    [InlineData("/")]
    [InlineData("/chat")]
    [InlineData("/€?a=b")]
    public void The_bytes_of_a_packet_make_the_same_path_as_the_name(string name)
    {
        Assert.True(NamespacePath.TryFromWire(Wire.Utf8(name), out NamespacePath? path));

        Assert.Equal(NamespacePath.Parse(name), path);
        Assert.Equal(NamespacePath.Parse(name).GetHashCode(), path.GetHashCode());
    }

    [Theory]
    [InlineData("")]
    [InlineData("63686174")]
    [InlineData("2FFF")]
    [InlineData("2FEDA080")]
    public void Bytes_without_a_slash_or_of_bad_text_are_refused(string hex) => Assert.False(NamespacePath.TryFromWire(Convert.FromHexString(hex), out _));

    [Fact]
    public void Paths_are_equal_by_their_case_sensitive_name()
    {
        var path = NamespacePath.Parse("/chat");

        Assert.True(path.Equals((object)NamespacePath.Parse("chat")));
        Assert.False(path.Equals(NamespacePath.Parse("/Chat")));
        Assert.False(path.Equals((object)"/chat"));
        Assert.False(path.Equals((NamespacePath?)null));
    }
}
