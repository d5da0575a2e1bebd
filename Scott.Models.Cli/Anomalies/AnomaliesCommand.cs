using System.CommandLine;
using Scott.Models.Inference;

namespace Scott.Models.Cli;

/// <summary>The command <c>anomalies</c> with its sub-commands.</summary>
internal static class AnomaliesCommand
{
    private const int DefaultTop = 50;

    private const string Examples =
        """
        scott anomalies learn normal -o detector.safetensors     what normal images look like; no defects are needed
        scott anomalies score parts -d detector.safetensors      the most unlike images first, with a verdict
        scott anomalies score parts -d detector.safetensors -o scores.csv
                                                                 the same as a file
        scott anomalies score parts -d detector.safetensors --maps maps
                                                                 draws where each image deviates, as PNG files
        """;

    public static Command Create() =>
        new ToolCommand("anomalies", "Learns from normal images, and finds images that deviate from them.", Examples) { Learn(), Score() };

    private static ToolCommand Learn()
    {
        Argument<string[]> inputs = InferenceArguments.Images("normal");
        var output = new Option<string>("--output", "-o") { Description = "The file for the detector.", HelpName = "file", Required = true };
        Option<string> model = Model("What describes the images");
        Option<int> size = Options.Whole(
            "--size", "The side of the square that an image is stretched to, in pixels.", AnomalyOptions.DefaultImagePixels);
        var blocks = new Option<int[]>("--blocks")
        {
            Description = "The blocks of the model whose tokens describe a patch, from 0. Default: two, a sixth and a third of the way up.",
            HelpName = "n",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [],
        };
        Option<int> patches = Options.Whole("--patches", "How many patches to keep, at most.", AnomalyOptions.DefaultBankPatches);
        Option<double?> falseAlarms = Options.Number(
            "--false-alarms",
            $"The share of normal images that may be called anomalous. Default: {Options.Say(AnomalyOptions.DefaultFalseAlarmRate)}.");
        var inference = new InferenceArguments();
        var command = new ToolCommand("learn", "Learns from normal images what is normal.", Examples)
        {
            inputs, output, model, size, blocks, patches, falseAlarms,
        };
        inference.AddTo(command);
        command.Do((result, screen, cancellationToken) =>
        {
            InferenceChoices choices = inference.Bind(result, result.GetRequiredValue(model));
            var options = new AnomalyOptions
            {
                ImagePixels = result.GetValue(size),
                Blocks = result.GetRequiredValue(blocks) is { Length: > 0 } given ? given.ToHashSet() : null,
                BankPatches = result.GetValue(patches),
                FalseAlarmRate = result.GetValue(falseAlarms) ?? AnomalyOptions.DefaultFalseAlarmRate,
                Extraction = choices.ToOptions(),
            };
            return new AnomalyLearnRun(choices, options, result.GetRequiredValue(output), screen)
                .RunAsync(result.GetRequiredValue(inputs), cancellationToken);
        });
        return command;
    }

    private static ToolCommand Score()
    {
        Argument<string[]> inputs = InferenceArguments.Images();
        var detector = new Option<string>("--detector", "-d") { Description = "A file of 'learn'.", HelpName = "file", Required = true };
        Option<string?> maps = Options.Folder("--maps", "Draws where each image deviates, as PNG files in this folder.");
        Option<string?> output = Options.Csv("Write all scores to this file, instead of a table: path,score,anomalous.");
        Option<string> model = Model("The model that the detector learned with");
        Option<int> top = Options.Top("How many images the table lists, the highest scores first; JSON lists all.", DefaultTop);
        var inference = new InferenceArguments();
        var command = new ToolCommand("score", "Scores images: how far, and where, they deviate from what was learned.", Examples)
        {
            inputs, detector, maps, output, model, top,
        };
        inference.AddTo(command);
        command.Do((result, screen, cancellationToken) =>
        {
            InferenceChoices choices = inference.Bind(result, result.GetRequiredValue(model));
            var run = new AnomalyScoreRun(choices, result.GetRequiredValue(detector), screen)
            {
                MapsPath = result.GetValue(maps),
                OutputPath = result.GetValue(output),
                Count = result.GetValue(top),
            };
            return run.RunAsync(result.GetRequiredValue(inputs), cancellationToken);
        });
        return command;
    }

    private static Option<string> Model(string description) => Options.Model($"{description}: {NamedModel.Choices}.", NamedModel.Default);
}
