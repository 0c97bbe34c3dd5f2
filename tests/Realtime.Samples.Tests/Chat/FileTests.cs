using System.Security.Cryptography;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Realtime.Samples.Tests.Chat;

[Collection(ChatCollection.Name)]
public sealed class FileTests(ChatFixture fixture)
{
    private const int FileBytes = 5_000_000;

    [Fact]
    public async Task A_file_of_5_MB_goes_across_with_progress_and_arrives_as_it_was()
    {
        await using ChatPage ada = await fixture.OpenAsync("Ada Lovelace", "files", look: Dark());
        await using ChatPage bob = await fixture.OpenAsync("Bob Marsh", "files");
        byte[] content = new byte[FileBytes];
        new Random(5).NextBytes(content);
        await RecordProgressAsync(ada);
        await RecordProgressAsync(bob);

        await SendAsync(ada, "measurements.bin", "application/octet-stream", content);
        ILocator received = bob.Message("measurements.bin").Locator(".attachment");
        await Expect(received).ToHaveAttributeAsync("data-transfer", "idle");
        await ada.HasStateAsync("measurements.bin", "delivered");

        IDownload download = await bob.Page.RunAndWaitForDownloadAsync(() => received.Locator(".file-button").ClickAsync());
        Assert.Equal("measurements.bin", download.SuggestedFilename);
        await using FileStream saved = File.OpenRead((await download.PathAsync())!);
        Assert.Equal(FileBytes, saved.Length);
        Assert.Equal(SHA256.HashData(content), await SHA256.HashDataAsync(saved));

        await HasShownProgressAsync(ada);
        await HasShownProgressAsync(bob);
    }

    [Fact]
    public async Task A_picture_is_shown_to_everybody()
    {
        await using ChatPage ada = await fixture.OpenAsync("Ada Lovelace", "holiday", look: Dark());
        await using ChatPage bob = await fixture.OpenAsync("Bob Marsh", "holiday", look: Dark());
        byte[] picture = await bob.Page.ScreenshotAsync();
        await ada.WriteAsync("Look at this");
        await SendAsync(ada, "picture.png", "image/png", picture);
        ILocator image = bob.Message("picture.png").Locator("img");
        await Expect(image).ToBeVisibleAsync();
        await Expect(image).ToHaveJSPropertyAsync("naturalWidth", 1360);
        await bob.WriteAsync("Beautiful! Where is that?");
        await ada.HasOnceAsync("Where is that?");
        await SendAsync(bob, "packing list, final version, really.pdf", "application/pdf", new byte[420_000]);
        await ada.HasOnceAsync("packing list");
        await bob.HasStateAsync("packing list", "delivered");
        await ada.ScreenshotAsync("06-files-desktop-dark");
    }

    [Fact]
    public async Task An_upload_can_be_cancelled()
    {
        await using var cable = new CuttableProxy(fixture.Address);
        await using ChatPage ada = await fixture.OpenAsync("Ada", "cancelling", cable.Address);
        Task cut = cable.CutAfterAsync(1_500_000); // so it cannot end by itself
        await SendAsync(ada, "huge.bin", "application/octet-stream", new byte[2_000_000]);
        await cut.WaitAsync(TimeSpan.FromMilliseconds(ChatPage.Deadline));
        await ada.HasStateAsync("huge.bin", "uploading");
        await ada.ScreenshotAsync("11-upload-desktop-light");
        await ada.Message("huge.bin").GetByRole(AriaRole.Button, new() { Name = "Cancel huge.bin" }).ClickAsync();
        cable.Repair();
        await Expect(ada.Message("huge.bin")).ToHaveCountAsync(0);
        await ada.IsConnectedAsync();
    }

    [Fact]
    public async Task A_file_that_is_too_large_is_refused_at_once()
    {
        await using ChatPage ada = await fixture.OpenAsync("Ada", "too-large");
        string image = Path.Combine(Directory.CreateTempSubdirectory().FullName, "disk.img");
        await using (FileStream file = File.Create(image))
        {
            file.SetLength(21 * 1024 * 1024);
        }

        await ada.Page.Locator("#file").SetInputFilesAsync(image);
        await Expect(ada.Page.Locator(".toast")).ToHaveTextAsync("“disk.img” is larger than 20 MB.");
        await Expect(ada.Messages).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_cut_cable_only_pauses_a_file_on_its_way_up_and_down()
    {
        await using var cable = new CuttableProxy(fixture.Address);
        await using ChatPage ada = await fixture.OpenAsync("Ada", "resuming", cable.Address);
        await using ChatPage bob = await fixture.OpenAsync("Bob", "resuming", cable.Address);
        byte[] content = new byte[FileBytes];
        new Random(6).NextBytes(content);

        Task cut = cable.CutAfterAsync(FileBytes / 2);
        await SendAsync(ada, "resumed.bin", "application/octet-stream", content);
        await RepairAsync(ada, cable, cut);
        await ada.HasStateAsync("resumed.bin", "delivered");

        ILocator received = bob.Message("resumed.bin").Locator(".attachment");
        Task<IDownload> downloading = bob.Page.WaitForDownloadAsync();
        cut = cable.CutAfterAsync(FileBytes / 2);
        await received.Locator(".file-button").ClickAsync();
        await RepairAsync(bob, cable, cut);
        IDownload download = await downloading;
        await using FileStream saved = File.OpenRead((await download.PathAsync())!);
        Assert.Equal(SHA256.HashData(content), await SHA256.HashDataAsync(saved));
    }

    private static async Task RepairAsync(ChatPage chat, CuttableProxy cable, Task cut)
    {
        await cut.WaitAsync(TimeSpan.FromMilliseconds(ChatPage.Deadline));
        await Expect(chat.Status).Not.ToHaveAttributeAsync("data-phase", "connected");
        cable.Repair();
    }

    private static BrowserNewContextOptions Dark() => new() { ViewportSize = new() { Width = 1360, Height = 820 }, ColorScheme = ColorScheme.Dark };

    private static Task SendAsync(ChatPage from, string name, string type, byte[] content) =>
        from.Page.Locator("#file").SetInputFilesAsync(new FilePayload { Name = name, MimeType = type, Buffer = content });

    // What a person would see of the progress, kept by the page: it may be over before a test looks.
    private static async Task RecordProgressAsync(ChatPage chat) => await chat.Page.EvaluateAsync("""
        () => {
          window.progressSeen = new Set();
          new MutationObserver(() => {
            for (const bar of document.querySelectorAll("#messages progress:not([hidden])")) window.progressSeen.add(bar.value);
          }).observe(document.querySelector("#messages"), { subtree: true, childList: true, attributes: true });
        }
        """);

    private static async Task HasShownProgressAsync(ChatPage chat)
    {
        double[] seen = await chat.Page.EvaluateAsync<double[]>("[...window.progressSeen]");
        Assert.True(seen.Length >= 10, $"Only these steps were shown: {string.Join(", ", seen)}");
        Assert.Equal(seen.Order(), seen);
    }
}
