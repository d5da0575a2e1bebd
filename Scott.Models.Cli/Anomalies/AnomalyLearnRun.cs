using System.Diagnostics;
using Scott.Models.Datasets;
using Scott.Models.Foundation;
using Scott.Models.Imaging;
using Scott.Models.Inference;

namespace Scott.Models.Cli;

/// <summary>Learns from normal images, and writes the detector.</summary>
internal sealed class AnomalyLearnRun(InferenceChoices inference, AnomalyOptions options, string output, Screen screen)
{
    private readonly long _started = Stopwatch.GetTimestamp();

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(IEnumerable<string> inputs, CancellationToken cancellationToken)
    {
        inference.Validate();
        Check.OutputFile(output);
        var images = ImageList.FromSources(InputFiles.Expand(inputs).Select(ImageSource.FromFile));
        ScottModel model = await NamedModel.LoadAsync(inference.Model, InferenceChoices.Seed, screen, cancellationToken);
        Check.Legal(() => options.Validate(model.Architecture));
        using AnomalyDetector detector = await ProgressBars.ShowAsync(
            screen, "Learning", report => model.LearnAnomaliesAsync(
                images, options,
                ProgressBars.Listen<AnomalyProgress>(progress => report(ProgressBars.Words(progress.Stage), progress.Completed, progress.Total)),
                cancellationToken));
        inference.Announce(detector.ExecutionProvider, detector.EngineDescription, screen);
        await detector.SaveAsync(output, cancellationToken);
        var skipped = new SkippedImages();
        foreach (UnreadableImage image in detector.UnreadableImages)
            skipped.Add(image.Name, image.Error);

        Print(detector, skipped);
        return skipped.Count > 0 ? ExitCode.SomeSkipped : ExitCode.Success;
    }

    private void Print(AnomalyDetector detector, SkippedImages skipped)
    {
        skipped.Print(screen);
        if (detector.FalseAlarmRate > options.FalseAlarmRate)
        {
            // The least n with 1 / (n + 1) ≤ rate.
            long needed = (long)Math.Ceiling((1 / options.FalseAlarmRate) - 1 - 1e-9);
            screen.Note(FormattableString.Invariant(
                $"A false alarm rate of {100 * options.FalseAlarmRate:0.###} % needs {Plural.Of(needed, "normal image")}, ")
                    + $"and there are {detector.NormalImages}. The threshold is the highest score of a normal image instead.");
        }

        screen.Say(FormattableString.Invariant(
            $"Learned from {Plural.Of(detector.NormalImages, "image")}; kept {Plural.Of(detector.BankPatches, "patch", "patches")} in '{output}'."));
        screen.Say(FormattableString.Invariant(
            $"Threshold {detector.Threshold:F4}: at most {100 * detector.FalseAlarmRate:0.##} % of images like these are above it."));
        screen.Result(new
        {
            output,
            model = inference.Model,
            images = detector.NormalImages,
            skipped = skipped.ToJson(),
            patches = detector.BankPatches,
            threshold = detector.Threshold,
            falseAlarmRate = detector.FalseAlarmRate,
            seconds = Stopwatch.GetElapsedTime(_started).TotalSeconds,
        });
    }
}
