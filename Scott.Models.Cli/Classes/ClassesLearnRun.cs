using Scott.Models.Inference;
using Scott.Models.Metrics;

namespace Scott.Models.Cli;

/// <summary>Embeds labeled images, and puts them into the file: as examples, or to calibrate with.</summary>
internal sealed class ClassesLearnRun(ClassesFile file, InferenceChoices inference, Screen screen)
{
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync((string Path, string? ClassName)[] labeled, bool isHeldOut, CancellationToken cancellationToken)
    {
        (string Path, string? ClassName)[] images = [.. labeled.Where(image => image.ClassName is not null)];
        var skipped = new SkippedImages();
        List<PrototypeExample> examples = [];
        using FeatureExtractor extractor = await ClassesExtractor.BuildAsync(inference, screen, cancellationToken);
        file.For(extractor.Fingerprint, inference.Model);
        await ImageProgress.RunAsync(screen, images.Length, async progress =>
        {
            IEnumerable<string> paths = images.Select(image => image.Path);
            await foreach (ImageEmbedding embedding in extractor.EmbedFilesAsync(paths, progress, cancellationToken))
            {
                (string path, string? className) = images[embedding.Index];
                if (embedding.IsSuccess)
                    examples.Add(new PrototypeExample(className!, ClassesFile.NameOf(path), embedding.Vector));
                else
                    skipped.Add(embedding.Name, embedding.Error!);
            }
        });
        if (examples.Count == 0)
        {
            skipped.Print(screen);
            screen.Error("No image could be read; nothing was written.");
            return ExitCode.Failed;
        }

        await file.ChangeAsync(() => Put(file.For(extractor.Fingerprint, inference.Model), examples, isHeldOut), cancellationToken);
        file.Print(skipped);
        return skipped.Count > 0 ? ExitCode.SomeSkipped : ExitCode.Success;
    }

    private static void Put(PrototypeClassifier classifier, List<PrototypeExample> examples, bool isHeldOut)
    {
        try
        {
            if (isHeldOut)
                classifier.Calibrate(examples);
            else
                classifier.AddRange(examples);
        }
        catch (ArgumentException exception)
        {
            throw new UsageException(exception.Message, exception);
        }
    }
}

/// <summary>Makes the extractor of the command <c>classes</c>.</summary>
internal static class ClassesExtractor
{
    public static async Task<FeatureExtractor> BuildAsync(InferenceChoices inference, Screen screen, CancellationToken cancellationToken)
    {
        inference.Validate();
        ScottModel model = await NamedModel.LoadAsync(inference.Model, InferenceChoices.Seed, screen, cancellationToken);
        FeatureExtractorBuilder builder = model.ExtractFeatures();
        inference.Apply(builder);
        FeatureExtractor extractor = Check.Legal(builder.Build);
        inference.Announce(extractor.ExecutionProvider, extractor.EngineDescription, screen);
        return extractor;
    }
}
