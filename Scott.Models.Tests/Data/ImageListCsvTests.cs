using System.Text;
using Scott.Models.Data;
using Scott.Models.Errors;
using Scott.Models.Tests.Features;

namespace Scott.Models.Tests.Data;

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
        string picture = DrawnImages.Save(_folder, 1);
        string elsewhere = Directory.CreateDirectory(_folder.File("lists")).FullName;
        await File.WriteAllTextAsync(Path.Combine(elsewhere, "list.csv"), picture);
        Assert.Equal(picture, (await ImageList.FromCsvAsync(Path.Combine(elsewhere, "list.csv"))).NameOf(0));
    }

    [Theory]
    [InlineData("", null, "it lists no picture")]
    [InlineData("path,label\n", null, "it lists no picture")]
    [InlineData("path,class\na.png,x", 1, "the header is 'path,class'; expected 'path' or 'path,label'")]
    [InlineData("filename,label\na.png,x", 1, "the header is 'filename,label'; expected 'path' or 'path,label'")]
    [InlineData("path,label,fold\na.png,x,1", 1, "the header is 'path,label,fold'; expected 'path' or 'path,label'")]
    [InlineData("\"a\rb.png\",x\r,y", 3, "the path is empty")]
    [InlineData("path,label\n\na.png", 3, "it has 1 columns; expected 2")]
    [InlineData("a.png,x\nb.png", 2, "it has 1 columns; expected 2")]
    [InlineData("a.png\nb,c.png", 2, "it has 2 columns; expected 1")]
    [InlineData("a.png,x,y", 1, "it has 3 columns; expected a path, or a path and a label")]
    [InlineData("\"a\nb.png\",x\n,y", 3, "the path is empty")]
    [InlineData("a.png,x\nb.png, ", 2, "the label is empty")]
    [InlineData("a.png\n\"b.png\nc.png", 2, "a quote is opened and never closed")]
    [InlineData("a.png\n\"b\"c.png", 2, "after a closing quote stands 'c'")]
    [InlineData("a.png\nb\"c.png", 2, "a quote stands inside the field 'b…'")]
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

    private async Task<ImageList> ReadAsync(string text)
    {
        await File.WriteAllTextAsync(_folder.File("list.csv"), text);
        return await ImageList.FromCsvAsync(_folder.File("list.csv"));
    }
}
