using System.Net;
using System.Text.Json;
using Scott.Models.Cli;
using Scott.Models.Metrics;
using Scott.Models.Tests.Processes;

namespace Scott.Models.Tests.Samples;

/// <summary>The sample's classes: shown by a few images, kept in a file, renamed and removed.</summary>
public sealed class ImageSearchClassTests(ImageSearchParts parts) : IClassFixture<ImageSearchParts>
{
    private const string Classes = "/api/classes";

    /// <summary>The length of a vector of the default model.</summary>
    private const int Width = 192;

    [Fact]
    public async Task Classes_ShownByThreeImages_NameImagesAndSurviveARestart()
    {
        using var folder = new TemporaryFolder();
        await TestFiles.WriteImageAsync(folder.File("stranger.png"), seed: 900);
        File.Copy(parts.Part(6), folder.File("part.png"));
        string Wave(int number) => parts.NewFile($"wave {number}.png");
        for (int i = 0; i < 3; i++)
            await TestFiles.WriteImageAsync(Wave(i), seed: i);

        await using (ImageSearchApp app = await ImageSearchApp.StartAsync(folder.Path))
        {
            Assert.Equal(JsonValueKind.Null, (await SearchAsync(app, parts.GoodPart)).GetProperty("class").ValueKind);
            for (int i = 0; i < 3; i++)
            {
                await AddAsync(app, "part", parts.Part(i));
                await AddAsync(app, "wave / 2", Wave(i));
            }

            await AssertNamedAsync(app);
        }

        Assert.True(File.Exists(folder.File("image-search-classes.safetensors")));
        await using ImageSearchApp again = await ImageSearchApp.StartAsync(folder.Path);
        JsonElement list = await again.GetAsync(Classes);
        Assert.Equal([("part", 3), ("wave / 2", 3)], Counts(list));
        Assert.True(list.GetProperty("isKept").GetBoolean());
        await AssertNamedAsync(again);
    }

    [Fact]
    public async Task Class_RenamedOrRemoved_IsListedAccordingly()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("mine.safetensors");
        await using ImageSearchApp app = await ImageSearchApp.StartAsync(folder.Path, "--classes", file);
        Assert.Equal(0, (await AddAsync(app, " first ", parts.Part(0))).GetProperty("unknownRate").GetDouble());
        await AddAsync(app, "second", parts.Part(1));
        await app.AssertRefusedAsync(
            HttpStatusCode.Conflict, "choose another name", HttpMethod.Patch, $"{Classes}?name=first&newName=second");
        Assert.Equal([("second", 1), ("third", 1)], Counts(await app.AskAsync(HttpMethod.Patch, $"{Classes}?name=first&newName=third")));

        // An image belongs to one class: shown for another, it moves, and a class without images is gone.
        JsonElement moved = await AddAsync(app, "third", parts.Part(1));
        Assert.Equal([("third", 2)], Counts(moved));
        Assert.Equal(1.0 / 3, moved.GetProperty("unknownRate").GetDouble(), 1e-9);
        Assert.Equal([("third", 2)], Counts(await AddAsync(app, "third", parts.Part(1))));
        Assert.Empty(Counts(await app.AskAsync(HttpMethod.Delete, $"{Classes}?name=third")));
        await app.AssertRefusedAsync(HttpStatusCode.NotFound, "no such class", HttpMethod.Delete, $"{Classes}?name=third");
        await app.AssertRefusedAsync(HttpStatusCode.NotFound, "no such class", HttpMethod.Patch, $"{Classes}?name=third&newName=x");
        Assert.True(File.Exists(file));
    }

    [Theory]
    [InlineData("", "expected one")]
    [InlineData("%20%20", "expected one")]
    [InlineData("Unknown", "choose another name")]
    [InlineData("a%0Ab", "control characters")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890", "at most 60")]
    public async Task Class_WithANameThatCannotBe_IsRefused(string name, string advice) => await parts.App.AssertRefusedAsync(
        HttpStatusCode.BadRequest, advice, HttpMethod.Post, $"{Classes}?name={name}", await File.ReadAllBytesAsync(parts.GoodPart));

    [Fact]
    public async Task Image_ThatCannotBeRead_IsRefusedAsASearchIsAndAddsNothing()
    {
        string path = $"{Classes}?name=nothing";
        await parts.App.AssertRefusedAsync(
            HttpStatusCode.UnsupportedMediaType, "expected JPEG, PNG, WebP, BMP, GIF or TIFF", HttpMethod.Post, path, "no image"u8.ToArray());
        await parts.App.AssertRefusedAsync(
            HttpStatusCode.RequestEntityTooLarge, "at most 1 MiB", HttpMethod.Post, path, new byte[ImageSearchServer.MaximumUploadBytes + 1]);
        Assert.DoesNotContain("nothing", Counts(await parts.App.GetAsync(Classes)).Select(count => count.Name));
    }

    [Fact]
    public async Task Class_WithMoreImagesThanItMayHave_KeepsTheFirst()
    {
        using var folder = new TemporaryFolder();
        await using ImageSearchApp app = await ImageSearchApp.StartAsync(folder.Path);
        int most = (await app.GetAsync(Classes)).GetProperty("maximumImages").GetInt32();
        Assert.Equal(20, most);
        string file = folder.File("next.png");
        for (int i = 0; i < most; i++)
        {
            await TestFiles.WriteImageAsync(file, seed: i);
            await AddAsync(app, "many", file);
        }

        await TestFiles.WriteImageAsync(file, seed: most);
        byte[] image = await File.ReadAllBytesAsync(file);
        await app.AssertRefusedAsync(HttpStatusCode.Conflict, "has 20 images already", HttpMethod.Post, $"{Classes}?name=many", image);
        Assert.Equal([("many", most)], Counts(await app.GetAsync(Classes)));
    }

    [Fact]
    public async Task ClassFile_ThatCannotBeRead_IsLeftAloneAndSearchesWorkWithout()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("image-search-classes.safetensors");
        await File.WriteAllTextAsync(file, "damaged");
        await using ImageSearchApp app = await ImageSearchApp.StartAsync(folder.Path);
        Assert.Contains("--classes", (await app.GetAsync(Classes)).GetProperty("fault").GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, (await SearchAsync(app, parts.GoodPart)).GetProperty("class").ValueKind);
        await app.AssertRefusedAsync(
            HttpStatusCode.Conflict, "Move the file away", HttpMethod.Post, $"{Classes}?name=new", await File.ReadAllBytesAsync(parts.GoodPart));
        Assert.Equal("damaged", await File.ReadAllTextAsync(file));
    }

    /// <summary>The app's settings must not read images in another way than the command line does.</summary>
    [Fact]
    public async Task ClassFile_OfTheCommandLine_IsUsed()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("mine.safetensors");
        BuiltProgram.AssertExit(0, await BuiltProgram.Tool.RunAsync("classes", "add", file, "part", parts.Part(0), parts.Part(1)));
        await using ImageSearchApp app = await ImageSearchApp.StartAsync(folder.Path, "--classes", file);
        JsonElement list = await app.GetAsync(Classes);
        Assert.Equal(JsonValueKind.Null, list.GetProperty("fault").ValueKind);
        Assert.Equal([("part", 2)], Counts(list));
        Assert.Equal([("part", 3)], Counts(await AddAsync(app, "part", parts.Part(2))));
    }

    /// <summary>The app used to write what it had read at its start over what <c>scott classes</c> had added since.</summary>
    [Fact]
    public async Task ClassFile_ThatAnotherProcessChanges_IsReadAgainBeforeTheNextChange()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("mine.safetensors");
        await using ImageSearchApp app = await ImageSearchApp.StartAsync(folder.Path, "--classes", file);
        await AddAsync(app, "part", parts.Part(0));
        Task<JsonElement> adding;
        await using (FileStream held = await ClassesLock.AcquireAsync(file, default))
        {
            PrototypeClassifier command = await PrototypeClassifier.LoadAsync(file);
            command.Add("other", "other.png", command.Examples[0].Vector.Span);
            adding = AddAsync(app, "part", parts.Part(1));
            await Task.WhenAny(adding, Task.Delay(TimeSpan.FromSeconds(1)));
            Assert.False(adding.IsCompleted, "The app did not wait for the command.");
            await command.SaveAsync(file);
        }

        Assert.Equal([("other", 1), ("part", 2)], Counts(await adding));
        PrototypeClassifier saved = await PrototypeClassifier.LoadAsync(file);
        Assert.Equal(["other", "part"], saved.ClassNames);

        // A class that is gone is no longer listed.
        saved.RemoveClass("part");
        await saved.SaveAsync(file);
        await app.AssertRefusedAsync(HttpStatusCode.NotFound, "no such class", HttpMethod.Delete, $"{Classes}?name=part");
        Assert.Equal([("other", 1)], Counts(await app.GetAsync(Classes)));

        await File.WriteAllTextAsync(file, "damaged");
        await app.AssertRefusedAsync(HttpStatusCode.Conflict, "Move the file away", HttpMethod.Delete, $"{Classes}?name=other");
        Assert.Equal("damaged", await File.ReadAllTextAsync(file));
        File.Delete(file);
        await AddAsync(app, "part", parts.Part(0));
        Assert.Equal(["other", "part"], (await PrototypeClassifier.LoadAsync(file)).ClassNames);
    }

    /// <summary>The classifier does not compare with them, so they cannot state a lower rate.</summary>
    [Fact]
    public async Task UnknownRate_WithHeldOutImagesOfAClassWithoutExamples_IsThatOfTheExamples()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("mine.safetensors");
        static float[] Vector(int place) => [.. Enumerable.Range(0, Width).Select(i => i == place ? 1f : 0.1f)];
        var classes = new PrototypeClassifier(Width);
        for (int i = 0; i < 3; i++)
            classes.Add("part", $"{i}.png", Vector(i));

        classes.Calibrate(Enumerable.Range(0, 40).Select(i => new PrototypeExample("no examples", $"held out {i}.png", Vector(i))));
        await classes.SaveAsync(file);
        await using ImageSearchApp app = await ImageSearchApp.StartAsync(folder.Path, "--classes", file);
        Assert.Equal(1.0 / 4, (await app.GetAsync(Classes)).GetProperty("unknownRate").GetDouble(), 1e-9);
    }

    [Fact]
    public async Task Classes_InAFolderThatIsGone_AreNotAdded()
    {
        using var folder = new TemporaryFolder();
        string place = Directory.CreateDirectory(folder.File("place")).FullName;
        await using ImageSearchApp app = await ImageSearchApp.StartAsync(folder.Path, "--classes", Path.Combine(place, "mine.safetensors"));
        Directory.Delete(place);
        await app.AssertRefusedAsync(
            HttpStatusCode.InternalServerError,
            "name another file with --classes",
            HttpMethod.Post,
            $"{Classes}?name=new",
            await File.ReadAllBytesAsync(parts.GoodPart));
        Assert.Empty(Counts(await app.GetAsync(Classes)));
    }

    /// <summary>An image that was sent, and an indexed one, both as the query and as a result.</summary>
    private async Task AssertNamedAsync(ImageSearchApp app)
    {
        JsonElement answer = await SearchAsync(app, parts.GoodPart);
        JsonElement label = answer.GetProperty("class");
        Assert.Equal("part", label.GetProperty("name").GetString());
        Assert.InRange(label.GetProperty("probability").GetDouble(), 0.5, 1);
        IEnumerable<JsonElement> candidates = label.GetProperty("candidates").EnumerateArray();
        Assert.Equal(["part", "wave / 2"], candidates.Select(each => each.GetProperty("className").GetString()));
        Assert.Equal("part", ClassOf(answer, "part.png").GetString());

        // Nothing is near the third image: null stands for unknown.
        Assert.Equal(JsonValueKind.Null, ClassOf(answer, "stranger.png").ValueKind);
        JsonElement[] examples = [.. (await app.GetAsync("/api/images")).EnumerateArray()];
        Assert.All(examples, example => Assert.Equal(JsonValueKind.Object, example.GetProperty("class").ValueKind));
    }

    private static JsonElement ClassOf(JsonElement answer, string name) => answer.GetProperty("matches").EnumerateArray()
        .Single(match => match.GetProperty("name").GetString() == name).GetProperty("class").GetProperty("name");

    private static IEnumerable<(string Name, int Images)> Counts(JsonElement list) => list.GetProperty("classes").EnumerateArray()
        .Select(each => (each.GetProperty("name").GetString()!, each.GetProperty("images").GetInt32()));

    private static async Task<JsonElement> AddAsync(ImageSearchApp app, string name, string file) =>
        await app.AskAsync(HttpMethod.Post, $"{Classes}?name={Uri.EscapeDataString(name)}", await File.ReadAllBytesAsync(file));

    private static async Task<JsonElement> SearchAsync(ImageSearchApp app, string file) =>
        await app.AskAsync(HttpMethod.Post, "/api/search", await File.ReadAllBytesAsync(file));
}
