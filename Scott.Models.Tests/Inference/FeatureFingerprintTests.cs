using Scott.Models.Imaging;
using Scott.Models.Inference;
using Scott.Models.Metrics;
using Scott.Models.Onnx;
using Scott.Models.Weights;

namespace Scott.Models.Tests.Inference;

/// <summary>The fingerprint of a model's vectors: equal for equal vectors, unlike for others.</summary>
public sealed class FeatureFingerprintTests
{
    private static readonly ScottModel Model = ScottModel.Create(Architectures.Tiny, seed: 5);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fingerprint_OfASavedCopy_IsEqual()
    {
        using var folder = new TemporaryFolder();
        foreach (ScottModel model in new[] { Model, Model.WithFloat16Weights() })
        {
            await model.SaveAsync(folder.File("model"), Cancellation);
            ScottModel copy = await ScottModel.FromFileAsync(folder.File("model"), cancellationToken: Cancellation);
            Assert.Equal(Of(model), Of(copy));
        }

        ScottModel half = Model.WithFloat16Weights();
        ScottModel single = half.WithWeights(new WeightSet(half.Weights.Select(
            tensor => WeightTensor.Create(tensor.Name, tensor.Shape, tensor.ToArray()))));
        Assert.Equal(Of(half), Of(single));
        Assert.Equal(["model"], Differences(Of(Model), Of(half))); // The weights were rounded.
        Assert.True(Of(Model).Matches(Of(Model.WithMetadata(Model.Metadata with { Id = "other" }))));
    }

    [Fact]
    public void Fingerprint_OfOtherSettings_Differs()
    {
        VectorFingerprint fingerprint = Of(Model);
        Assert.Equal(("PatchMean", "single", 32), (fingerprint.Output, fingerprint.Precision, fingerprint.Width));
        AssertDiffers("output", builder => builder.WithUnitLength());
        AssertDiffers("precision", builder => builder.WithPrecision(OnnxPrecision.Int8));
        AssertDiffers("precision", builder => builder.WithPrecision(OnnxPrecision.Float16));
        var half = new FeatureExtractionOptions { Engine = FeatureEngine.Torch, TorchPrecision = TorchPrecision.BFloat16 };
        Assert.Equal(["precision"], Differences(fingerprint, half.Fingerprint(Model, fingerprint.Output, fingerprint.Width)));
        AssertDiffers("preprocessing", builder => builder.WithFastDecode());
        AssertDiffers(null, builder => builder.WithPrecision(OnnxPrecision.Float16Weights));
        AssertDiffers(null, builder => builder.WithThreads(1).WithTokens());
        AssertDiffers(null, builder => builder.UseManaged());
        AssertDiffers(null, builder => builder.WithPooling(EmbeddingPooling.PatchMean));
        AssertDiffers(null, builder => builder.WithFingerprintCheck(false));
        ScottModel vit = ScottModel.Create(Architectures.TinyStandardVit, seed: 5);
        Assert.Equal(["output"], Differences(Of(vit), Of(vit, builder => builder.WithPooling(EmbeddingPooling.PatchMean))));
        Assert.Equal(["output", "width"], Differences(Of(vit), Of(vit, builder => builder.WithPooling(EmbeddingPooling.ClassTokenAndPatchMean))));
    }

    [Fact]
    public void Fingerprint_OfOtherModels_Differs()
    {
        Assert.Equal(["model"], Differences(Of(Model), Of(ScottModel.Create(Architectures.Tiny, seed: 6))));

        // Heads and regularization have no weights of their own; the heads change the vectors.
        ScottModel heads = new(Architectures.Tiny with { Heads = 4 }, Model.Preprocessing, Model.Weights, Model.Metadata);
        Assert.Equal(["model"], Differences(Of(Model), Of(heads)));
        PreprocessingSpec other = Model.Preprocessing with { Interpolation = Interpolation.Bicubic };
        Assert.Equal(["preprocessing"], Differences(Of(Model), Of(new ScottModel(Model.Architecture, other, Model.Weights, Model.Metadata))));

        WeightTensor first = Model.Weights.First(tensor => tensor.ElementCount > 1);
        float[] values = first.ToArray();
        values[1] = MathF.BitIncrement(values[1]);
        var changed = new WeightSet(Model.Weights.Select(
            tensor => tensor == first ? WeightTensor.Create(first.Name, first.Shape, values) : tensor));
        Assert.Equal(["model"], Differences(Of(Model), Of(Model.WithWeights(changed))));
    }

    /// <summary>If this fails, the computation of fingerprints changed: stored vectors of these models can no longer be searched.</summary>
    [Theory]
    [InlineData("scott-mini-112",
        "15e7e7376a9a7a75a20b1b73d4489c04e19fae224aae9f45ea39848fd55671c3",
        "7fde98133aae9bff815765fc95edfae145a3f9c5183e507cb26e33a67ded5414")]
    [InlineData("scott-mini-112-distilled",
        "e6e00ab15a4beaa9de4bab6a61e7b5a6046cd58a41075a81a46e6a2f4fb0bd0a",
        "7fde98133aae9bff815765fc95edfae145a3f9c5183e507cb26e33a67ded5414")]
    public async Task Fingerprint_OfThePackagesModels_StaysWhatItIs(string id, string model, string preprocessing)
    {
        var expected = new VectorFingerprint
        {
            ModelId = id,
            ModelSha256 = model,
            PreprocessingSha256 = preprocessing,
            Output = "PatchMean",
            Precision = "single",
            Width = 192,
        };
        Assert.Equal(expected, Of(await ScottModel.FromPretrainedAsync(id, cancellationToken: Cancellation)));
    }

    [Fact]
    public async Task Index_FilledByAnExtractor_RefusesAnotherUnlessTheCheckIsOff()
    {
        using FeatureExtractor extractor = Model.ExtractFeatures().Build();
        using FeatureExtractor other = ScottModel.Create(Architectures.Tiny, seed: 6).ExtractFeatures().Build();
        using FeatureExtractor free = ScottModel.Create(Architectures.Tiny, seed: 6).ExtractFeatures().WithFingerprintCheck(false).Build();
        ImageSource image = ImageSource.FromImage(DrawnImages.Draw(1));
        var index = new EmbeddingIndex();
        ImageEmbedding embedding = await extractor.ExtractAsync(image, Cancellation);
        index.Add("first", embedding);
        index.Add(embedding);
        Assert.Equal(extractor.Fingerprint, index.Fingerprint);
        Assert.Equal(["first", embedding.Name], index.Search(embedding, 2).Select(hit => hit.Key));
        ImageEmbedding unlike = await other.ExtractAsync(image, Cancellation);
        Assert.Throws<FingerprintMismatchException>(() => index.Add("second", unlike));
        Assert.Throws<FingerprintMismatchException>(() => index.Search(unlike, 2));
        Assert.Throws<ArgumentException>("index", () => index.SearchMapped(embedding, 2));
        ImageEmbedding freely = await free.ExtractAsync(image, Cancellation);
        index.Add("third", freely);
        Assert.Equal("third", index.Search(freely, 1)[0].Key);
        Assert.Equal(3, index.Count);
    }

    [Fact]
    public async Task Index_OfMappedVectors_IsSearchedByTheNewModelAlone()
    {
        using FeatureExtractor extractor = Model.ExtractFeatures().Build();
        using FeatureExtractor other = ScottModel.Create(Architectures.Tiny, seed: 6).ExtractFeatures().Build();
        ImageSource image = ImageSource.FromImage(DrawnImages.Draw(1));
        ImageEmbedding query = await extractor.ExtractAsync(image, Cancellation);
        VectorFingerprint mapped = extractor.Fingerprint with { Output = "PatchMean, mapped from 0123456789ab" };
        var index = new EmbeddingIndex(mapped);
        index.Add("a", query.Vector, mapped);
        Assert.Equal("a", Assert.Single(index.SearchMapped(query, 2)).Key);
        Assert.Throws<FingerprintMismatchException>(() => index.Search(query, 2));
        ImageEmbedding unlike = await other.ExtractAsync(image, Cancellation);
        Assert.Throws<FingerprintMismatchException>(() => index.SearchMapped(unlike, 2));
    }

    private static void AssertDiffers(string? what, Action<FeatureExtractorBuilder> set) =>
        Assert.Equal(what is null ? [] : [what], Differences(Of(Model), Of(Model, set)));

    private static VectorFingerprint Of(ScottModel model, Action<FeatureExtractorBuilder>? set = null)
    {
        FeatureExtractorBuilder builder = model.ExtractFeatures();
        set?.Invoke(builder);
        using FeatureExtractor extractor = builder.Build();
        return extractor.Fingerprint;
    }

    private static IReadOnlyList<string> Differences(VectorFingerprint a, VectorFingerprint b)
    {
        try
        {
            (a with { IsChecked = true }).RequireMatch(b with { IsChecked = true });
            return [];
        }
        catch (FingerprintMismatchException exception)
        {
            return exception.Differences;
        }
    }
}
