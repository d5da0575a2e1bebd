using System.Text;
using Scott.Models.Datasets;
using Scott.Models.Tests.Inference;

namespace Scott.Models.Tests.Datasets;

public sealed class ImageListCsvTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a.png\nsub/b.png\n")]
    [InlineData("path\r\na.png\r\n\r\nsub/b.png")]
    [InlineData("\uFEFFPATH\n\"a.png\"\n\"sub/b.png\"")]
    [InlineData("a.png\rsub/b.png\r")]
    public async Task FromCsv_Paths_StartAtTheFilesFolder(string text)
    {
        ImageList list = await ReadAsync(text);
        Assert.Equal([_folder.File("a.png"), _folder.File("sub/b.png")], Enumerable.Range(0, list.Count).Select(list.NameOf));
        Assert.Empty(list.ClassNames);
        Assert.Null(list.LabelOf(0));
    }

    [Theory]
    [InlineData("Path,Label\n1.png,rose\n2.png,daisy\n3.png,rose\n")]
    [InlineData("1.png,rose\r\n2.png,daisy\r\n3.png,rose")]
    public async Task FromCsv_Labels_AreNumberedInOrdinalOrder(string text)
    {
        ImageList list = await ReadAsync(text);
        Assert.Equal(["daisy", "rose"], list.ClassNames);
        Assert.Equal([1, 0, 1], Enumerable.Range(0, 3).Select(i => list.LabelOf(i)!.Value));
    }

    [Fact]
    public async Task FromCsv_QuotedFields_HoldCommasQuotesAndLineEnds()
    {
        ImageList list = await ReadAsync("\"a,b.png\",\"the \"\"best\"\"\"\n\"c\r\nd.png\",\"\"\"\"\n e.png , x ");
        Assert.Equal([_folder.File("a,b.png"), _folder.File("c\r\nd.png"), _folder.File(" e.png ")], Enumerable.Range(0, 3).Select(list.NameOf));
        Assert.Equal([" x ", "\"", "the \"best\""], list.ClassNames);
    }

    [Fact]
    public async Task FromCsv_AbsolutePath_StaysAsItIs()
    {
        string image = DrawnImages.Save(_folder, 1);
        string elsewhere = Directory.CreateDirectory(_folder.File("lists")).FullName;
        await File.WriteAllTextAsync(Path.Combine(elsewhere, "list.csv"), image);
        Assert.Equal(image, (await ImageList.FromCsvAsync(Path.Combine(elsewhere, "list.csv"))).NameOf(0));
    }

    [Theory]
    [InlineData("label,path\ncat,a.jpg\ndog,b.jpg\n")]
    [InlineData("Label;Path\r\ncat;a.jpg\r\ndog;b.jpg")]
    [InlineData("path;label\na.jpg;cat\nb.jpg;dog\n")]
    [InlineData("path\tlabel\na.jpg\tcat\nb.jpg\tdog\n")]
    [InlineData("path|label\na.jpg|cat\nb.jpg|dog\n")]
    [InlineData("\"path\";\"label\"\n\"a.jpg\";\"cat\"\n\"b.jpg\";\"dog\"\n")]
    [InlineData("path, label\na.jpg,cat\nb.jpg,dog\n")]
    [InlineData("sep=;\r\npath;label\r\na.jpg;cat\r\nb.jpg;dog\r\n")]
    [InlineData("sep=;\na.jpg;cat\nb.jpg;dog\n")]
    [InlineData("a.jpg;cat\nb.jpg;dog\n")]
    [InlineData("a.jpg\tcat\nb.jpg\tdog\n")]
    [InlineData("\uFEFFpath;label\na.jpg;cat\nb.jpg;dog\n")]
    [InlineData("\n\na.jpg;cat\n\nb.jpg;dog\n")]
    public async Task FromCsv_AnySeparatorAndOrder_IsFoundByItself(string text)
    {
        ImageList list = await ReadAsync(text);
        Assert.Equal([_folder.File("a.jpg"), _folder.File("b.jpg")], Enumerable.Range(0, list.Count).Select(list.NameOf));
        Assert.Equal(["cat", "dog"], list.ClassNames);
        Assert.Equal([0, 1], Enumerable.Range(0, 2).Select(i => list.LabelOf(i)!.Value));
    }

    [Theory]
    [InlineData("a.jpg;cat, small\nb.jpg;dog\n", "cat, small")]
    [InlineData("a.jpg,cat; small\nb.jpg,dog\n", "cat; small")]
    [InlineData("path,label\na.jpg,cat;small\nb.jpg,dog\n", "cat;small")]
    [InlineData("a.jpg,label\nb.jpg,dog\n", "label")]
    public async Task FromCsv_OtherSeparatorsInALabel_BelongToIt(string text, string label)
    {
        ImageList list = await ReadAsync(text);
        Assert.Equal((label, _folder.File("a.jpg")), (list.ClassNames[list.LabelOf(0)!.Value], list.NameOf(0)));
    }

    [Theory]
    [InlineData("path\na;b.jpg\nc.jpg")]
    [InlineData("a;b.jpg,x\nc.jpg,y")]
    public async Task FromCsv_OtherSeparatorsInAPath_BelongToIt(string text) =>
        Assert.Equal(_folder.File("a;b.jpg"), (await ReadAsync(text)).NameOf(0));

    /// <summary>Every image of a list written on Windows was once missing elsewhere.</summary>
    [Theory]
    [InlineData("path,label\nsub\\a.png,cat\n")]
    [InlineData("sub\\a.png,cat\n")]
    [InlineData(".\\sub\\a.png\n")]
    public async Task FromCsv_PathOfWindows_IsFoundOnEverySystem(string text)
    {
        Directory.CreateDirectory(_folder.File("sub"));
        await File.WriteAllTextAsync(_folder.File("sub/a.png"), string.Empty);
        ImageList list = await ReadAsync(text);
        Assert.Equal(_folder.File("sub/a.png").Replace('\\', '/'), Path.GetFullPath(list.NameOf(0)).Replace('\\', '/'));
    }

    [Fact]
    public async Task FromCsv_BackslashInTheNameOfAFile_BelongsToIt()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "On Windows, a backslash separates folders.");
        await File.WriteAllTextAsync(_folder.File("sub\\a.png"), string.Empty);
        Assert.Equal(_folder.File("sub\\a.png"), (await ReadAsync("sub\\a.png,cat\n")).NameOf(0));
    }

    [Fact]
    public async Task FromCsv_Utf16WithAMark_IsRead()
    {
        await File.WriteAllTextAsync(_folder.File("list.csv"), "path\tlabel\r\nä.jpg\tcat\r\n", Encoding.Unicode);
        ImageList list = await ImageList.FromCsvAsync(_folder.File("list.csv"));
        Assert.Equal((_folder.File("ä.jpg"), "cat"), (list.NameOf(0), list.ClassNames[0]));
    }

    [Fact]
    public async Task FromCsv_PathsWithoutExtension_AreNoHeader()
    {
        ImageList list = await ReadAsync("one,cat\ntwo,dog\n");
        Assert.Equal((2, _folder.File("one")), (list.Count, list.NameOf(0)));
        await File.WriteAllTextAsync(_folder.File("one"), string.Empty);
        Assert.Equal(2, (await ReadAsync("one,cat\ntwo.jpg,dog\n")).Count);
    }

    [Theory]
    [InlineData("image,class\na.png,x", 1, "the header is 'image,class'; expected 'path' or 'path,label'")]
    [InlineData("file;species\na.png;x", 1, "the header is 'file;species'; expected 'path' or 'path,label'")]
    [InlineData("image\na.png", 1, "the header is 'image'; expected 'path' or 'path,label'")]
    [InlineData("label\na.png", 1, "the header is 'label'; expected 'path' or 'path,label'")]
    [InlineData("path,path\na.png,b.png", 1, "the header is 'path,path'; expected 'path' or 'path,label'")]
    [InlineData("id,path,label\n1,a.png,x", 1, "the header is 'id,path,label'; expected 'path' or 'path,label'")]
    [InlineData("cat,a.png\ndog,b.png", 1, "the first column holds 'cat', the second the image 'a.png'; expected the path first")]
    [InlineData("label,path\n,a.png", 2, "the label is empty")]
    [InlineData("label,path\nx,", 2, "the path is empty")]
    [InlineData("path;label\na.png;x;y", 2, "it has 3 columns; expected 2")]
    [InlineData("", null, "it lists no image")]
    [InlineData("path,label\n", null, "it lists no image")]
    [InlineData("path,class\na.png,x", 1, "the header is 'path,class'; expected 'path' or 'path,label'")]
    [InlineData("filename,label\na.png,x", 1, "the header is 'filename,label'; expected 'path' or 'path,label'")]
    [InlineData("image.file,label\na.png,x", 1, "the header is 'image.file,label'; expected 'path' or 'path,label'")]
    [InlineData("path,label,fold\na.png,x,1", 1, "the header is 'path,label,fold'; expected 'path' or 'path,label'")]
    [InlineData("\"a\rb.png\",x\r,y", 3, "the path is empty")]
    [InlineData("path,label\n\na.png", 3, "it has 1 column; expected 2")]
    [InlineData("a.png,x\nb.png", 2, "it has 1 column; expected 2")]
    [InlineData("a.png\nb,c.png", 2, "it has 2 columns; expected 1")]
    [InlineData("a.png,x,y", 1, "it has 3 columns; expected a path, or a path and a label")]
    [InlineData("\"a\nb.png\",x\n,y", 3, "the path is empty")]
    [InlineData("a.png,x\nb.png, ", 2, "the label is empty")]
    [InlineData("a.png\n\"b.png\nc.png", 2, "a quote is opened and never closed")]
    [InlineData("a.png\n\"b\"c.png", 2, "after a closing quote stands 'c'")]
    [InlineData("a.png\nb\"c.png", 2, "a quote stands inside the field 'b…'")]
    [InlineData("\"a\r\nb.png\",\"x\ny\"z", 3, "after a closing quote stands 'z'")]
    [InlineData("\"a\r\nb.png\",\"x", 2, "a quote is opened and never closed")]
    [InlineData("sep=#\na.png#x", 1, "'#' cannot separate fields")]
    public async Task FromCsv_WrongFile_NamesFileAndLine(string text, int? line, string expected)
    {
        DatasetException error = await Assert.ThrowsAsync<DatasetException>(() => ReadAsync(text));
        Assert.Equal((_folder.File("list.csv"), line), (error.Name, error.Line));
        Assert.Contains(line is null ? expected : $"'{error.Name}' cannot be used: line {line}: {expected}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FromCsv_OtherEncodingOrNoFile_SaysSo()
    {
        await File.WriteAllBytesAsync(_folder.File("latin.csv"), Encoding.Latin1.GetBytes("Blüte.png"));
        DatasetException error = await Assert.ThrowsAsync<DatasetException>(() => ImageList.FromCsvAsync(_folder.File("latin.csv")));
        Assert.Contains("it is not UTF-8 text", error.Message, StringComparison.Ordinal);
        await File.WriteAllBytesAsync(_folder.File("utf16.csv"), Encoding.Unicode.GetBytes("a.png"));
        error = await Assert.ThrowsAsync<DatasetException>(() => ImageList.FromCsvAsync(_folder.File("utf16.csv")));
        Assert.Contains("it is not UTF-8 text", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<FileNotFoundException>(() => ImageList.FromCsvAsync(_folder.File("nowhere.csv")));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ImageList.FromCsvAsync(_folder.File("latin.csv"), new CancellationToken(true)));
    }

    /// <summary>After a byte order mark, bytes that are not legal were once replaced.</summary>
    [Fact]
    public async Task FromCsv_MarkBeforeOtherBytes_IsRefused()
    {
        byte[][] files =
        [
            [.. Encoding.UTF8.GetPreamble(), .. Encoding.Latin1.GetBytes("Blüte.png")],
            [.. Encoding.Unicode.GetPreamble(), 0x00, 0xd8, .. Encoding.Unicode.GetBytes("a.png")],
            [.. Encoding.BigEndianUnicode.GetPreamble(), 0xd8, 0x00, .. Encoding.BigEndianUnicode.GetBytes("a.png")],
        ];
        foreach (byte[] bytes in files)
        {
            await File.WriteAllBytesAsync(_folder.File("list.csv"), bytes);
            DatasetException error = await Assert.ThrowsAsync<DatasetException>(() => ImageList.FromCsvAsync(_folder.File("list.csv")));
            Assert.Contains("it is not UTF-8 text", error.Message, StringComparison.Ordinal);
        }
    }

    private async Task<ImageList> ReadAsync(string text)
    {
        await File.WriteAllTextAsync(_folder.File("list.csv"), text);
        return await ImageList.FromCsvAsync(_folder.File("list.csv"));
    }
}
