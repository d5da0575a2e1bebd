using System.Reflection;
using Scott.Models.Imaging;
using Scott.Models.Inference;
using Scott.Models.Metrics;

namespace Scott.Models.Tests.Inference;

/// <summary>What says that it is immutable hands out nothing that a caller could change.</summary>
public sealed class ImmutableResultTests
{
    [Fact]
    public void Properties_OfPublicTypes_AreNoArrays() => Assert.Empty(
        from type in typeof(ScottModel).Assembly.GetExportedTypes()
        from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        where property.PropertyType.IsArray
        select $"{type.Name}.{property.Name}");

    [Fact]
    public async Task Results_ListsAndDictionaries_CannotBeChanged()
    {
        ScottClassifier classifier = Classifiers.Create(ClassifierHead.Linear);
        using ImageClassifier classify = classifier.Classify().Build();
        using FeatureExtractor extractor = classifier.Model.ExtractFeatures().WithBlocks(0).Build();
        ImageSource image = ImageSource.FromImage(DrawnImages.Draw(1));
        Assert.IsNotType<ClassProbability[]>((await classify.ClassifyAsync(image)).Classes);
        Assert.True(Assert.IsType<IDictionary<int, PatchTokens>>((await extractor.ExtractAsync(image)).Blocks, exactMatch: false).IsReadOnly);
        Assert.True(Assert.IsType<ISet<int>>(extractor.Options.Blocks, exactMatch: false).IsReadOnly);
        Assert.IsNotType<string[]>(ConfusionMatrix.FromPredictions([0], [0], ["a"]).ClassNames);
    }

    [Fact]
    public async Task Embed_Vector_IsTheCallersOwn()
    {
        using FeatureExtractor extractor = ScottModel.Create(Architectures.Tiny, seed: 5).ExtractFeatures().Build();
        ImageSource image = ImageSource.FromImage(DrawnImages.Draw(1));
        float[] first = await extractor.EmbedAsync(image);
        float[] kept = [.. first];
        Array.Clear(first);
        Assert.Equal(kept, await extractor.EmbedAsync(image));
    }
}
