using System.Buffers;
using System.Diagnostics;
using System.Net.Sockets;
using Scott.Models.Datasets;
using Scott.Models.Imaging;

namespace Scott.Models.Tests.Imaging;

/// <summary>How much is read of what, and what cannot be waited for.</summary>
[Collection(AloneTests.Name)]
public sealed class ImageSourceReadTests : IDisposable
{
    private static readonly byte[] Png = TestImages.Drawn(40, 30).EncodePng();

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>As from blob storage: each epoch of a training run reads it again.</summary>
    [Fact]
    public async Task Decode_StreamThatIsOpenedEachTime_CanBeReadAgainAndIsClosed()
    {
        List<MemoryStream> opened = [];
        ImageSource source = ImageSource.FromStreamFactory(
            _ =>
            {
                opened.Add(new MemoryStream(Png));
                return Task.FromResult<Stream>(opened[^1]);
            },
            "blob");
        RgbImage first = await ImageDecoder.DecodeAsync(source);
        RgbImage second = await ImageDecoder.DecodeAsync(source);
        Assert.Equal((40, 30, 2), (second.Width, second.Height, opened.Count));
        Assert.Equal(first.Pixels.ToArray(), second.Pixels.ToArray());
        Assert.All(opened, stream => Assert.False(stream.CanRead));
        Assert.Equal(2, ImageList.FromSources([source, source]).Count);
    }

    [Fact]
    public async Task Decode_StreamThatCannotBeOpened_IsAnErrorOfTheImage()
    {
        ImageSource lost = ImageSource.FromStreamFactory(_ => throw new TimeoutException("the store is away"), "blob");
        TimeoutException error = await Assert.ThrowsAsync<TimeoutException>(() => ImageDecoder.DecodeAsync(lost));
        Assert.True(ImageErrors.IsImageError(error));
        ImageSource none = ImageSource.FromStreamFactory(_ => Task.FromResult<Stream>(null!), "blob");
        InvalidOperationException fault = await Assert.ThrowsAsync<InvalidOperationException>(() => ImageDecoder.DecodeAsync(none));
        Assert.Contains("'blob'", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("%PDF-1.7")]
    [InlineData("<!doctype html>")]
    public async Task Decode_EndlessStreamThatIsNoImage_ReadsItsStartAlone(string start)
    {
        using var stream = ScriptedStream.Endless(System.Text.Encoding.ASCII.GetBytes(start));
        ImageFormatException error = await Assert.ThrowsAsync<ImageFormatException>(
            () => ImageDecoder.DecodeAsync(ImageSource.FromStream(stream, "upload")));
        Assert.Equal(("upload", ImageFault.NotAnImage), (error.Name, error.Fault));
        Assert.InRange(stream.Given, 1, 1 << 16);
    }

    [Fact]
    public async Task Decode_StreamInSmallPieces_IsRefusedAfterAFew()
    {
        using var stream = new ScriptedStream((_, memory, _) =>
        {
            memory.Span[0] = 1;
            return ValueTask.FromResult(1);
        });
        await Assert.ThrowsAsync<ImageFormatException>(() => ImageDecoder.DecodeAsync(ImageSource.FromStream(stream)));
        Assert.InRange(stream.Given, 1, 1000);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public async Task Decode_StreamInPieces_GivesTheImage(int piece)
    {
        byte[] file = TestImages.Bmp(TestImages.Drawn(300, 201));
        Assert.True(file.Length > 2 * 65536);
        using var stream = new ScriptedStream((offset, memory, _) =>
        {
            int count = Math.Min(Math.Min(piece, memory.Length), file.Length - (int)offset);
            file.AsSpan((int)offset, count).CopyTo(memory.Span);
            return ValueTask.FromResult(count);
        });
        RgbImage image = await ImageDecoder.DecodeAsync(ImageSource.FromStream(stream), new ImageDecodingOptions { MaximumBytes = file.Length });
        Assert.Equal((await ImageDecoder.DecodeAsync(ImageSource.FromBytes(file))).Pixels.ToArray(), image.Pixels.ToArray());
    }

    [Fact]
    public async Task Decode_EndlessImage_IsRefusedAtTheLimit()
    {
        using var stream = ScriptedStream.Endless(Png);
        ImageFormatException error = await Assert.ThrowsAsync<ImageFormatException>(
            () => ImageDecoder.DecodeAsync(ImageSource.FromStream(stream), new ImageDecodingOptions { MaximumBytes = 200_000 }));
        Assert.Equal(ImageFault.TooManyBytes, error.Fault);
        Assert.Contains("more than 200000 bytes; expected at most 200000. Raise MaximumBytes", error.Message, StringComparison.Ordinal);
        Assert.InRange(stream.Given, 200_001, 400_000);
    }

    [Fact]
    public async Task Decode_MoreBytesThanAllowed_IsRefusedFromEverySource()
    {
        string path = _folder.File("a.png");
        await File.WriteAllBytesAsync(path, Png);
        Func<ImageSource>[] sources = [() => path, () => ImageSource.FromBytes(Png), () => ImageSource.FromStream(new MemoryStream(Png))];
        foreach (Func<ImageSource> source in sources)
        {
            await ImageDecoder.DecodeAsync(source(), new ImageDecodingOptions { MaximumBytes = Png.Length });
            ImageFormatException error = await Assert.ThrowsAsync<ImageFormatException>(
                () => ImageDecoder.DecodeAsync(source(), new ImageDecodingOptions { MaximumBytes = Png.Length - 1 }));
            Assert.Equal(ImageFault.TooManyBytes, error.Fault);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData((1L << 30) + 1)]
    public void MaximumBytes_OutOfRange_IsNamed(long bytes)
    {
        ScottConfigurationException error = Assert.Throws<ScottConfigurationException>(
            () => new ImageDecodingOptions { MaximumBytes = bytes }.Validate());
        Assert.Contains($"MaximumBytes is {bytes}; expected 1 to 1073741824", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Decode_LargeFileThatIsNoImage_IsRefusedByItsStart()
    {
        string path = _folder.File("video.mkv");
        await using (FileStream file = File.Create(path))
        {
            file.Write([0x1a, 0x45, 0xdf, 0xa3]);
            file.SetLength(10L << 30); // sparse
        }

        long before = GC.GetTotalAllocatedBytes();
        ImageFormatException error = await Assert.ThrowsAsync<ImageFormatException>(() => ImageDecoder.DecodeAsync(path));
        Assert.Equal(ImageFault.NotAnImage, error.Fault);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 64 << 20);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Decode_StreamThatIgnoresItsToken_IsAbandoned(bool blocks)
    {
        using var release = new ManualResetEventSlim();
        Memory<byte> held = default;
        var ended = new TaskCompletionSource();
        using var stream = new ScriptedStream(async (_, memory, _) =>
        {
            held = memory;
            if (!blocks)
                await Task.Yield();

            release.Wait(CancellationToken.None);
            memory.Span.Fill(0xee);
            ended.SetResult();
            throw new TimeoutException("too late");
        });
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        long begun = Stopwatch.GetTimestamp();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => ImageDecoder.DecodeAsync(ImageSource.FromStream(stream), cancellationToken: stop.Token));
        Assert.InRange(Stopwatch.GetElapsedTime(begun), TimeSpan.Zero, TimeSpan.FromSeconds(20));

        // What is still written must not land in a buffer that somebody else has meanwhile.
        byte[][] rented = [.. Enumerable.Range(0, 64).Select(_ => ArrayPool<byte>.Shared.Rent(1 << 16))];
        Array.ForEach(rented, buffer => Array.Clear(buffer));
        release.Set();
        await ended.Task;
        Assert.Equal(0xee, held.Span[0]);
        Assert.All(rented, buffer => Assert.Equal(0, buffer[0]));
        Array.ForEach(rented, buffer => ArrayPool<byte>.Shared.Return(buffer));
    }

    [Fact]
    public async Task Decode_StreamThatThrows_GivesItsOwnError()
    {
        using var stream = new ScriptedStream((offset, memory, _) =>
        {
            if (offset > 0)
                throw new TimeoutException("the camera is gone");

            Png.AsSpan(0, 100).CopyTo(memory.Span);
            return ValueTask.FromResult(100);
        });
        TimeoutException error = await Assert.ThrowsAsync<TimeoutException>(() => ImageDecoder.DecodeAsync(ImageSource.FromStream(stream)));
        Assert.Equal("the camera is gone", error.Message);
    }

    [Theory]
    [InlineData("pipe")]
    [InlineData("socket")]
    [InlineData("device")]
    [InlineData("link to a pipe")]
    [InlineData("folder")]
    public async Task Decode_PathThatIsNoFile_IsRefusedAndNotWaitedFor(string kind)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() && kind != "folder", "Windows has no such files.");
        string path = _folder.File("a.jpg");
        using Socket? socket = kind == "socket" ? UnixFiles.Socket(path) : null;
        switch (kind)
        {
            case "pipe": UnixFiles.Pipe(path); break;
            case "socket": break;
            case "device": path = "/dev/zero"; break;
            case "folder": Directory.CreateDirectory(path); break;
            default: File.CreateSymbolicLink(path, UnixFiles.Pipe(_folder.File("pipe"))); break;
        }

        ImageFormatException error = await Assert.ThrowsAsync<ImageFormatException>(() => ImageDecoder.DecodeAsync(path))
            .WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal((path, ImageFault.NotAFile), (error.Name, error.Fault));
        Assert.Contains(
            kind == "folder" ? "it is a folder; expected a file." : "it is a pipe, a socket or a device; expected a file.",
            error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Decode_LinkToAFile_IsFollowed()
    {
        await File.WriteAllBytesAsync(_folder.File("a.png"), Png);
        File.CreateSymbolicLink(_folder.File("b.png"), _folder.File("a.png"));
        Assert.Equal(40, (await ImageDecoder.DecodeAsync(_folder.File("b.png"))).Width);
    }

    [Fact]
    public async Task Decode_PathWithANul_IsATypedError()
    {
        ImageFormatException error = await Assert.ThrowsAsync<ImageFormatException>(() => ImageDecoder.DecodeAsync("a\0b.png"));
        Assert.Equal(ImageFault.InvalidPath, error.Fault);
    }
}
