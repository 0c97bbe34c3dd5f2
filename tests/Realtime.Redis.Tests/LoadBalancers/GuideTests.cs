namespace Realtime.Redis.Tests.LoadBalancers;

public sealed class GuideTests
{
    [Theory]
    [InlineData("docs/guides/load-balancing/haproxy.cfg")]
    [InlineData("docs/guides/load-balancing/nginx.conf")]
    [InlineData("samples/ScaleOut/yarp.json")]
    public void The_guide_shows_the_configurations_that_are_tested(string file)
    {
        string guide = File.ReadAllText(Path.Combine(Guide.Root, "docs", "guides", "load-balancing.md"));
        string text = File.ReadAllText(Path.Combine(Guide.Root, file));
        Assert.Matches($@"<!-- code: {file} -->\n```[a-z]*\n", guide);
        Assert.Contains($"\n{text}```\n", guide, StringComparison.Ordinal);
    }
}
