using Scott.Models.Imaging;
using Scott.Models.Inference;
using Scott.Models.Tests.Inference;
using Scott.Models.Weights;

namespace Scott.Models.Tests;

public sealed class ScottClassifierTests : IDisposable
{
    private static readonly ScottModel Backbone = ScottModel.Create(Architectures.Tiny, seed: 1);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(ClassifierHead.Linear)]
    [InlineData(ClassifierHead.SimpleAttentive)]
    [InlineData(ClassifierHead.MultiHeadAttentive)]
    [InlineData(ClassifierHead.CrossAttentive)]
    public async Task SaveAndRead_EveryHead_GivesTheSame(ClassifierHead head)
    {
        ScottClassifier classifier = Create(head, "daisy", "rosé", "\"quoted\"");
        await classifier.SaveAsync(_folder.File("c.safetensors"));
        ScottClassifier read = await ScottClassifier.FromFileAsync(_folder.File("c.safetensors"));
        Assert.Equal(head, read.Head);
        Assert.Equal(classifier.ClassNames, read.ClassNames);
        Assert.Equal(classifier.Metadata.Provenance, read.Metadata.Provenance);
        void AssertSame(WeightSet expected, WeightSet actual) =>
            Assert.All(expected, weight => Assert.True(weight.Data.Span.SequenceEqual(actual[weight.Name].Data.Span), weight.Name));
        AssertSame(classifier.HeadWeights, read.HeadWeights);
        AssertSame(classifier.Model.Weights, read.Model.Weights);
    }

    [Fact]
    public void WithPreprocessing_OfTheSameSize_ReplacesItAndAnotherSizeIsRefused()
    {
        ScottClassifier classifier = Create(ClassifierHead.Linear, "a", "b");
        PreprocessingSpec gray = classifier.Model.Preprocessing with { Mean = new(0.5f, 0.5f, 0.5f) };
        ScottClassifier changed = classifier.WithPreprocessing(gray).WithMetadata(new() { Id = "mine" });
        Assert.Equal((gray, "mine"), (changed.Model.Preprocessing, changed.Metadata.Id));
        Assert.Equal(classifier.ClassNames, changed.ClassNames);
        Assert.Same(classifier.Model.Weights, changed.Model.Weights);
        ScottConfigurationException error = Assert.Throws<ScottConfigurationException>(
            () => classifier.WithPreprocessing(PreprocessingSpec.ForImage(1024)));
        Assert.Contains("It makes images of 1024 pixels; expected ", Assert.Single(error.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SaveAndRead_HalfPrecision_IsHalfTheFileAndPredictsAlike()
    {
        ScottClassifier classifier = Create(ClassifierHead.CrossAttentive, "a", "b");
        await classifier.SaveAsync(_folder.File("c.safetensors"));
        await classifier.WithFloat16Weights().SaveAsync(_folder.File("half.safetensors"));
        ScottClassifier half = await ScottClassifier.FromFileAsync(_folder.File("half.safetensors"));
        Assert.All(half.Model.Weights.Concat(half.HeadWeights), weight => Assert.Equal(TensorDType.Float16, weight.DType));
        Assert.InRange(new FileInfo(_folder.File("half.safetensors")).Length, 1, 0.6 * new FileInfo(_folder.File("c.safetensors")).Length);
        using ImageClassifier single = classifier.Classify().Build();
        using ImageClassifier narrow = half.Classify().Build();
        ImageSource image = ImageSource.FromImage(DrawnImages.Draw(1));
        Inference.Vectors.AssertClose((await single.ClassifyAsync(image)).Logits, (await narrow.ClassifyAsync(image)).Logits, 5e-3f);
    }

    [Fact]
    public void WithFloat16Weights_WeightBeyondTheRange_IsRefused()
    {
        WeightSet head = HeadFor(ClassifierHead.Linear, 2);
        var large = new WeightSet(head.Select(weight => weight.Name == "linear.bias" ? WeightTensor.Create(weight.Name, [2], [1, 70000]) : weight));
        var classifier = new ScottClassifier(Backbone, ClassifierHead.Linear, large, ["a", "b"]);
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(classifier.WithFloat16Weights);
        Assert.Contains("'linear.bias' holds 70000; half precision ends at 65504", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAsModel_ClassifierFile_GivesTheBackbone()
    {
        await Create(ClassifierHead.Linear, "a", "b").SaveAsync(_folder.File("c.safetensors"));
        ScottModel model = await ScottModel.FromFileAsync(_folder.File("c.safetensors"));
        Assert.Equal(Backbone.Weights.Names.Order(StringComparer.Ordinal), model.Weights.Names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Read_BackboneFile_SaysWhatItIs()
    {
        await Backbone.SaveAsync(_folder.File("m.safetensors"));
        ModelFormatException error = await Assert.ThrowsAsync<ModelFormatException>(
            () => ScottClassifier.FromFileAsync(_folder.File("m.safetensors")));
        Assert.Contains(
            "holds no classifier. If it holds a backbone, read it with ScottModel.FromFileAsync", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ClassNames is empty")]
    [InlineData("ClassNames has 'a' twice", "a", "b", "a")]
    [InlineData("ClassNames has an empty name", "a", " ")]
    public void Create_NamesThatDoNotTellClassesApart_AreRefused(string fault, params string[] names)
    {
        ScottConfigurationException error = Assert.Throws<ScottConfigurationException>(
            () => new ScottClassifier(Backbone, ClassifierHead.Linear, HeadFor(ClassifierHead.Linear, 2), names));
        Assert.Contains(fault, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_WeightsOfAnotherHead_AreRefused() => Assert.Throws<WeightMismatchException>(
        () => new ScottClassifier(Backbone, ClassifierHead.Linear, HeadFor(ClassifierHead.SimpleAttentive, 2), ["a", "b"]));

    [Theory]
    [InlineData(ClassifierHead.MultiHeadAttentive)]
    [InlineData(ClassifierHead.CrossAttentive)]
    public void Create_HeadWhoseHeadsDoNotDivideTheWidth_IsRefused(ClassifierHead head)
    {
        ScottArchitecture narrow = Architectures.TinyStandardVit with { EmbeddingWidth = 30, Heads = 3 };
        ScottConfigurationException error = Assert.Throws<ScottConfigurationException>(
            () => new ScottClassifier(ScottModel.Create(narrow, seed: 5), head, HeadFor(head, 2), ["a", "b"]));
        Assert.Contains("a multiple of 4; the model's is 30", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"head\":\"Linear\"")]
    [InlineData("{\"head\":\"Linear\"}")]
    [InlineData("{\"classNames\":[\"a\"]}")]
    [InlineData("{\"head\":\"Linear\",\"classNames\":null}")]
    [InlineData("{\"head\":\"Linear\",\"classNames\":[\"a\",\"a\"]}")]
    [InlineData("null")]
    public async Task Read_DescriptionThatIsNotUnderstood_NamesTheFile(string json)
    {
        var entries = ModelDescription.Of(Backbone).ToEntries();
        entries["scott.classifier"] = json;
        await SafetensorsFile.WriteAsync(_folder.File("c.safetensors"), Backbone.Weights, entries);
        ModelFormatException error = await Assert.ThrowsAsync<ModelFormatException>(
            () => ScottClassifier.FromFileAsync(_folder.File("c.safetensors")));
        Assert.Equal(_folder.File("c.safetensors"), error.Path);
    }

    [Fact]
    public async Task Read_HeadThatIsMissing_IsRefused()
    {
        var entries = ModelDescription.Of(Backbone).ToEntries();
        new ClassifierDescription(ClassifierHead.Linear, ["a", "b"]).AddTo(entries);
        await SafetensorsFile.WriteAsync(_folder.File("c.safetensors"), Backbone.Weights, entries);
        await Assert.ThrowsAsync<WeightMismatchException>(() => ScottClassifier.FromFileAsync(_folder.File("c.safetensors")));
    }

    private static ScottClassifier Create(ClassifierHead head, params string[] names) => new(Backbone, head, HeadFor(head, names.Length), names);

    private static WeightSet HeadFor(ClassifierHead head, int classes) =>
        WeightSpec.Initialize(HeadLayout.Of(head, Architectures.Tiny.EmbeddingWidth, classes), seed: 2);
}
