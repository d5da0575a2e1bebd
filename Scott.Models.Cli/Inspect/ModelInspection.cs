using Spectre.Console;

namespace Scott.Models.Cli;

/// <summary>Shows what a model file, or a pretrained model, says about itself.</summary>
internal static class ModelInspection
{
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string name, Screen screen, CancellationToken cancellationToken)
    {
        ScottModel model = await NamedModel.LoadAsync(name, InferenceChoices.Seed, screen, cancellationToken);
        ScottClassifier? classifier = await NamedModel.FindClassifierAsync(name, cancellationToken);
        (ScottArchitecture architecture, ModelMetadata metadata) = (model.Architecture, model.Metadata);
        Table table = new Table().AddColumns(Markup.Escape(name), classifier is null ? "a backbone" : "a classifier");
        void Add(string key, string? value)
        {
            if (value is not null)
                table.AddRow(key, Markup.Escape(value));
        }

        Add("id", metadata.Revision is { } revision ? $"{metadata.Id}, revision {revision}" : metadata.Id);
        Add("tokenizer", architecture.Tokenizer.ToString());
        Add("image", $"{architecture.ImageHeight}×{architecture.ImageWidth} pixels, {architecture.GridRows}×{architecture.GridColumns} patches");
        Add("blocks", $"{architecture.Depth} of {architecture.EmbeddingWidth} numbers with {architecture.Heads} heads");
        Add("trainable parameters", Figures.Number(model.TrainableParameters, "#,0"));
        Add("weights", string.Join(", ", model.Weights.Select(weight => weight.DType).Distinct()));
        Add("head", classifier?.Head.ToString());
        Add("classes", classifier is null ? null : string.Join(", ", classifier.ClassNames));
        Add("thresholds", classifier?.Thresholds is { } thresholds
            ? string.Join(", ", thresholds.Select(threshold => Figures.Number(threshold, "F3"))) : null);
        Add("license", metadata.License);
        Add("provenance", metadata.Provenance);
        Add("training data", metadata.TrainingData);
        Add("recipe", metadata.Recipe);
        foreach ((string metric, double value) in metadata.Metrics)
            Add(metric, Figures.Number(value, "G6"));

        screen.Output.Write(table);
        screen.Result(new
        {
            name,
            kind = classifier is null ? "backbone" : "classifier",
            architecture,
            model.Preprocessing,
            trainableParameters = model.TrainableParameters,
            head = classifier?.Head,
            classes = classifier?.ClassNames,
            thresholds = classifier?.Thresholds,
            metadata,
        });
        return ExitCode.Success;
    }
}
