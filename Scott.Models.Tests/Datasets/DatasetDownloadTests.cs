using System.Text.Json;
using Scott.Models.Datasets;
using Scott.Models.Downloads;
using Scott.Models.Tests.Zoo;

namespace Scott.Models.Tests.Datasets;

/// <summary>A dataset's folder holds the published archives, unpacked, or says what is in the way.</summary>
public sealed class DatasetDownloadTests
{
    private static readonly int Half = DatasetFixture.Packed.Length / 2;

    [Fact]
    public async Task Download_EmptyFolder_FetchesAndUnpacks()
    {
        await using DatasetFixture fixture = await DatasetFixture.StartAsync();
        var reports = new List<DownloadProgress>();
        await fixture.DownloadAsync(progress: new Listener(reports.Add));
        fixture.AssertWhole();
        Assert.Equal(["/images.tgz", "/labels.mat"], fixture.Server.Requests.Select(request => request.Path));
        DownloadProgress last = reports.Last(report => report.FileName == DatasetFixture.PackedName);
        Assert.Equal(
            (string.Empty, DatasetFixture.Packed.Length, DatasetFixture.Packed.Length), (last.ModelId, last.CompletedBytes, last.TotalBytes));
    }

    [Fact]
    public async Task Download_UnpackedAlready_AsksNobodyAndWritesNothing()
    {
        await using DatasetFixture fixture = await DatasetFixture.StartAsync();
        await fixture.DownloadAsync();
        string image = Path.Combine(fixture.Folder, "jpg", "1.jpg");
        await File.WriteAllTextAsync(image, "changed");
        File.Delete(fixture.PackedPath);
        await fixture.DownloadAsync();
        Assert.Equal("changed", await File.ReadAllTextAsync(image));
        Assert.Equal(2, fixture.Server.Requests.Count);
    }

    [Fact]
    public async Task Download_MarkRemoved_UnpacksWithoutTheNetwork()
    {
        await using DatasetFixture fixture = await DatasetFixture.StartAsync();
        await fixture.DownloadAsync();
        File.Delete(fixture.PackedPath + ".unpacked");
        File.Delete(Path.Combine(fixture.Folder, "jpg", "1.jpg"));
        await fixture.DownloadAsync(options: Offline());
        fixture.AssertWhole();
    }

    [Fact]
    public async Task Download_OtherArchiveOfThatName_IsReplaced()
    {
        await using DatasetFixture fixture = await DatasetFixture.StartAsync();
        Directory.CreateDirectory(Path.GetDirectoryName(fixture.PackedPath)!);
        await File.WriteAllBytesAsync(fixture.PackedPath, DatasetFixture.Spoiled());
        await File.WriteAllTextAsync(fixture.PackedPath + ".unpacked", DatasetFixture.Md5(DatasetFixture.Spoiled()));
        await fixture.DownloadAsync();
        fixture.AssertWhole();
    }

    [Fact]
    public async Task Download_WrongBytes_AreFetchedOnceMoreAndThenATypedErrorWithBothSums()
    {
        await using DatasetFixture fixture = await DatasetFixture.StartAsync();
        fixture.Server.Answer = context => ModelServer.SendAsync(context, DatasetFixture.Spoiled());
        DownloadException error = await Assert.ThrowsAsync<DownloadException>(() => fixture.DownloadAsync());
        Assert.Equal((string.Empty, DatasetFixture.PackedName), (error.ModelId, error.FileName));
        Assert.Equal((DatasetFixture.Md5(DatasetFixture.Packed), DatasetFixture.Md5(DatasetFixture.Spoiled())), (error.ExpectedMd5, error.ActualMd5));
        Assert.Equal((null, null), (error.ExpectedSha256, error.ActualSha256));
        Assert.Contains(
            $"One delivered a file with MD5 {error.ActualMd5}; its publisher says {error.ExpectedMd5}.", error.Message, StringComparison.Ordinal);
        Assert.Equal(["no-transform", "no-transform, no-cache"], fixture.Server.Requests.Select(request => request.CacheControl));
        Assert.Equal(["archives/.lock"], fixture.Files());
    }

    [Fact]
    public async Task Download_OtherLengthAnnounced_SaysWhoseLengthItIsNot()
    {
        await using DatasetFixture fixture = await DatasetFixture.StartAsync();
        fixture.Server.Answer = context => ModelServer.SendAsync(context, [1]);
        DownloadException error = await Assert.ThrowsAsync<DownloadException>(() => fixture.DownloadAsync());
        Assert.Contains($"it has 1 byte; its publisher says {DatasetFixture.Packed.Length}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Download_HalfFinishedPart_GoesOnFromIt(bool isLengthKnown)
    {
        await using DatasetFixture fixture = await DatasetFixture.StartAsync();
        DatasetArchive archive = fixture.Archives[0] with { Bytes = isLengthKnown ? DatasetFixture.Packed.Length : null };
        await WritePartAsync(fixture, archive, Half);
        await fixture.DownloadAsync([archive, fixture.Archives[1]]);
        fixture.AssertWhole();
        Assert.Equal(($"bytes={Half}-", ModelServer.Tag), (fixture.Server.Requests[0].Range, fixture.Server.Requests[0].IfRange));
    }

    [Fact]
    public async Task Download_PartOfAnotherChecksum_BeginsAnew()
    {
        await using DatasetFixture fixture = await DatasetFixture.StartAsync();
        await WritePartAsync(fixture, fixture.Archives[0] with { Md5 = new string('0', 32) }, Half);
        await fixture.DownloadAsync();
        fixture.AssertWhole();
        Assert.Equal(string.Empty, fixture.Server.Requests[0].Range);
    }

    [Fact]
    public async Task Download_LengthNotKnown_TakesWhatTheServerHas()
    {
        await using DatasetFixture fixture = await DatasetFixture.StartAsync();
        fixture.Server.Answer = context => context.Request.Path == "/labels.mat"
            ? ModelServer.SendAsync(context, DatasetFixture.Plain)
            : ModelServer.SendChunkedAsync(context, DatasetFixture.Packed);
        var reports = new List<DownloadProgress>();
        await fixture.DownloadAsync([.. fixture.Archives.Select(archive => archive with { Bytes = null })], progress: new Listener(reports.Add));
        fixture.AssertWhole();
        Assert.Equal(2, fixture.Server.Requests.Count);
        DownloadProgress[] packed = [.. reports.Where(report => report.FileName == DatasetFixture.PackedName)];
        Assert.Equal((0, DatasetFixture.Packed.Length), (packed[0].TotalBytes, packed[^1].TotalBytes));
        Assert.Contains(
            reports, each => each.FileName == DatasetFixture.PlainName && each.CompletedBytes == 0 && each.TotalBytes == DatasetFixture.Plain.Length);
    }

    [Fact]
    public async Task Download_WholePartOfUnknownLength_IsPublishedWithoutTheNetwork()
    {
        await using DatasetFixture fixture = await DatasetFixture.StartAsync();
        DatasetArchive archive = fixture.Archives[0] with { Bytes = null };
        await WritePartAsync(fixture, archive, DatasetFixture.Packed.Length);
        await fixture.DownloadAsync([archive]);
        Assert.Empty(fixture.Server.Requests);
        Assert.True(File.Exists(Path.Combine(fixture.Folder, "jpg", "1.jpg")));
    }

    [Fact]
    public async Task Download_ServerThatCallsTheArchiveEncoded_KeepsItAsItIs()
    {
        await using DatasetFixture fixture = await DatasetFixture.StartAsync();
        fixture.Server.Answer = context =>
        {
            context.Response.Headers.ContentEncoding = context.Request.Path == "/labels.mat" ? "identity" : "x-gzip";
            return fixture.SendAsync(context);
        };
        await fixture.DownloadAsync();
        fixture.AssertWhole();
    }

    [Fact]
    public async Task Download_Offline_SaysEverythingThatIsMissing()
    {
        await using DatasetFixture fixture = await DatasetFixture.StartAsync();
        ModelUnavailableException error = await Assert.ThrowsAsync<ModelUnavailableException>(() => fixture.DownloadAsync(options: Offline()));
        Assert.Equal((ModelUnavailableFault.Offline, string.Empty), (error.Fault, error.ModelId));
        DatasetArchive packed = fixture.Archives[0];
        Assert.Contains(
            $"'{Path.GetDirectoryName(fixture.PackedPath)}' lacks 'images.tgz' ({packed.Bytes} bytes, MD5 {packed.Md5}, from {packed.Address}); "
                + "'labels.mat' (6 bytes",
            error.Message,
            StringComparison.Ordinal);
        Assert.Contains("SCOTT_OFFLINE", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, fixture.Server.Connections);
    }

    [Fact]
    public async Task Download_OfflineWithArchivesBroughtByHand_Unpacks()
    {
        await using DatasetFixture fixture = await DatasetFixture.StartAsync();
        Directory.CreateDirectory(Path.GetDirectoryName(fixture.PackedPath)!);
        await File.WriteAllBytesAsync(fixture.PackedPath, DatasetFixture.Packed);
        await File.WriteAllBytesAsync(fixture.Kept(DatasetFixture.PlainName), DatasetFixture.Plain);
        await fixture.DownloadAsync(options: Offline());
        fixture.AssertWhole();
    }

    [Fact]
    public async Task Download_Canceled_LeavesAPartToGoOnFrom()
    {
        await using DatasetFixture fixture = await DatasetFixture.StartAsync();
        fixture.Server.Answer = async context =>
        {
            await ModelServer.SendAsync(context, DatasetFixture.Packed, stopAfter: Half);
            await ModelServer.HangAsync(context);
        };
        using var cancellation = new CancellationTokenSource();
        Task download = fixture.DownloadAsync(cancellationToken: cancellation.Token);
        await fixture.PartReachesAsync(Half);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => download);
        Assert.Equal(["archives/.lock", "archives/images.tgz.part", "archives/images.tgz.part.json"], fixture.Files());

        fixture.Server.Answer = fixture.SendAsync;
        await fixture.DownloadAsync();
        fixture.AssertWhole();
        Assert.Equal(($"bytes={Half}-", ModelServer.Tag), (fixture.Server.Requests[1].Range, fixture.Server.Requests[1].IfRange));
    }

    [Fact]
    public async Task Download_ManyAtOnce_AskTheServerOnce()
    {
        await using DatasetFixture fixture = await DatasetFixture.StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => fixture.DownloadAsync())));
        fixture.AssertWhole();
        Assert.Equal(2, fixture.Server.Requests.Count);
    }

    [Theory]
    [InlineData("http://example.invalid/images.tgz")]
    [InlineData("ftp://example.invalid/images.tgz")]
    public async Task Download_AddressThatIsNotHttps_IsNotAsked(string address)
    {
        await using DatasetFixture fixture = await DatasetFixture.StartAsync();
        DownloadException error = await Assert.ThrowsAsync<DownloadException>(
            () => fixture.DownloadAsync([fixture.Archives[0] with { Address = new Uri(address) }]));
        Assert.Equal(
            new DownloadFailure(address, "its address is not allowed; expected an https address, or http to this machine."),
            Assert.Single(error.Failures));
    }

    [Fact]
    public async Task Download_ArchiveThatCannotBeUnpacked_IsNotMarked()
    {
        await using DatasetFixture fixture = await DatasetFixture.StartAsync();
        DatasetArchive archive = fixture.Archive(DatasetFixture.PackedName, DatasetFixture.Plain);
        fixture.Server.Answer = context => ModelServer.SendAsync(context, DatasetFixture.Plain);
        DatasetArchiveException error = await Assert.ThrowsAsync<DatasetArchiveException>(() => fixture.DownloadAsync([archive]));
        Assert.Equal(DatasetArchiveFault.Corrupt, error.Fault);
        Assert.Equal(["archives/.lock", "archives/images.tgz"], fixture.Files());
    }

    [Theory]
    [InlineData("../a.tgz")]
    [InlineData("b\\a.tgz")]
    [InlineData(".lock")]
    [InlineData("a.tgz.part")]
    [InlineData("a.tgz.unpacked")]
    [InlineData("nul.tgz")]
    [InlineData("a.tgz ")]
    [InlineData("")]
    public async Task Download_NameThatIsNoFileName_IsRefused(string name)
    {
        await using DatasetFixture fixture = await DatasetFixture.StartAsync();
        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(
            "archives", () => fixture.DownloadAsync([fixture.Archives[0] with { FileName = name }]));
        Assert.Contains($"The file name is '{name}'; expected", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(fixture.Folder));
    }

    [Fact]
    public async Task Download_ArchiveDescribedWrongly_IsRefused()
    {
        await using DatasetFixture fixture = await DatasetFixture.StartAsync();
        DatasetArchive archive = fixture.Archives[0];
        await Assert.ThrowsAsync<ArgumentException>("archives", () => fixture.DownloadAsync([archive, archive]));
        await Assert.ThrowsAsync<ArgumentException>("archives", () => fixture.DownloadAsync([archive with { Md5 = "12" }]));
        await Assert.ThrowsAsync<ArgumentException>(
            "archives", () => fixture.DownloadAsync([archive with { Address = new Uri("a.tgz", UriKind.Relative) }]));
        await Assert.ThrowsAsync<ArgumentNullException>("archives", () => fixture.DownloadAsync([null!]));
    }

    [Fact]
    public void Archives_Published_CanAllBeDownloaded()
    {
        IReadOnlyList<DatasetArchive>[] datasets = [Flowers102.Archives, OxfordPets.Archives];
        Assert.All(datasets, ArchiveArguments.Require);
        Assert.All(datasets.SelectMany(each => each), archive => Assert.True(SafeAddress.IsAllowed(archive.Address), archive.Address.ToString()));
    }

    private static DownloadOptions Offline() => DatasetFixture.Options with
    {
        Offline = true,
        CreateHttpClient = () => throw new InvalidOperationException("The network was used."),
    };

    /// <summary>A folder as an earlier process left it.</summary>
    private static async Task WritePartAsync(DatasetFixture fixture, DatasetArchive archive, int count)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(fixture.PackedPath)!);
        await File.WriteAllBytesAsync(fixture.PackedPath + ".part", DatasetFixture.Packed[..count]);
        var origin = new PartOrigin(archive.Address.AbsoluteUri, ModelServer.Tag, null, archive.Bytes, null, archive.Md5);
        await File.WriteAllBytesAsync(
            fixture.PackedPath + ".part.json", JsonSerializer.SerializeToUtf8Bytes(origin, PartOriginJson.Default.PartOrigin));
    }

    private sealed class Listener(Action<DownloadProgress> listen) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => listen(value);
    }
}
