using Spectre.Console.Rendering;

namespace ChatConsole.View;

/// <summary>Shows the end of what is too long for its place, at the bottom of it, or what is some lines above the end.</summary>
public sealed class Tail(IRenderable content, int linesBelow) : IRenderable
{
    public Measurement Measure(RenderOptions options, int maxWidth) => content.Measure(options, maxWidth);

    public IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        int height = options.Height ?? options.ConsoleSize.Height;
        List<SegmentLine> lines = Segment.SplitLines(content.Render(options with { Height = null }, maxWidth), maxWidth);
        int below = Math.Min(linesBelow, Math.Max(0, lines.Count - height));
        int missing = Math.Max(0, height - lines.Count);
        IEnumerable<SegmentLine> shown = lines.SkipLast(below).TakeLast(height);
        foreach (SegmentLine line in Enumerable.Repeat(new SegmentLine(), missing).Concat(shown))
        {
            foreach (Segment segment in line)
            {
                yield return segment;
            }

            yield return Segment.LineBreak;
        }
    }
}
