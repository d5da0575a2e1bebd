using Scott.Models.Inference;
using Spectre.Console;

namespace Scott.Models.Cli;

/// <summary>A classifier over many images: a table of the most likely classes.</summary>
internal sealed class ClassifyRun(InferenceChoices inference, int count, Screen screen)
{
    private readonly List<ImagePrediction> _predictions = [];
    private readonly SkippedImages _skipped = new();
    private bool _isInterrupted;
    private bool _isMultiLabel;

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(IEnumerable<string> inputs, CancellationToken cancellationToken)
    {
        inference.Validate();
        Check.That(
            NamedModel.CanBeClassifier(inference.Model),
            $"The classifier '{inference.Model}' does not exist; expected a file that 'scott finetune' wrote, or a classifier of the hub.");
        IReadOnlyList<string> images = InputFiles.Expand(inputs);
        ScottClassifier classifier = await NamedModel.LoadClassifierAsync(inference.Model, screen, cancellationToken);
        _isMultiLabel = classifier.IsMultiLabel;
        ImageClassifierBuilder builder = classifier.Classify().WithTopClasses(count);
        inference.Apply(builder);
        using ImageClassifier classify = Check.Legal(builder.Build);
        inference.Announce(classify.ExecutionProvider, classify.EngineDescription, screen);
        await ImageProgress.RunAsync(screen, images.Count, async progress =>
        {
            try
            {
                await foreach (ImagePrediction prediction in classify.ClassifyFilesAsync(images, progress, cancellationToken))
                {
                    Take(prediction);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                _isInterrupted = true;
            }
        });
        Print();
        return _isInterrupted ? ExitCode.Interrupted
            : _predictions.Count == 0 ? ExitCode.Failed
            : _skipped.Count > 0 ? ExitCode.SomeSkipped
            : ExitCode.Success;
    }

    private void Take(ImagePrediction prediction)
    {
        if (prediction.IsSuccess)
            _predictions.Add(prediction);
        else
            _skipped.Add(prediction.Name, prediction.Error!);
    }

    private void Print()
    {
        _skipped.Print(screen);
        if (_predictions.Count > 0)
        {
            Table table = new Table().AddColumns("image", _isMultiLabel ? "label" : "class", "probability");
            foreach (ImagePrediction prediction in _predictions)
            {
                string image = Markup.Escape(prediction.Name);
                foreach (ClassProbability each in _isMultiLabel ? prediction.Labels : prediction.Classes)
                {
                    table.AddRow(image, Markup.Escape(each.ClassName), Figures.Share(each.Probability));
                    image = string.Empty;
                }

                if (image.Length > 0)
                    table.AddRow(image, "none", string.Empty);
            }

            screen.Output.Write(table);
        }
        else if (!_isInterrupted)
        {
            screen.Error("No image could be read.");
        }

        if (_isInterrupted)
            screen.Warn("Interrupted; the table holds the finished images.");

        screen.Result(new
        {
            model = inference.Model,
            isInterrupted = _isInterrupted,
            skipped = _skipped.ToJson(),
            images = _predictions.Select(prediction => new
            {
                path = prediction.Name,
                classes = prediction.Classes.Select(ToJson),
                labels = _isMultiLabel ? prediction.Labels.Select(ToJson) : null,
            }),
        });
    }

    private static object ToJson(ClassProbability each) => new { name = each.ClassName, probability = each.Probability };
}
