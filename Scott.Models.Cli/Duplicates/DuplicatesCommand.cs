using System.CommandLine;

namespace Scott.Models.Cli;

/// <summary>The command <c>duplicates</c> and how it becomes <see cref="DuplicatesOptions"/>.</summary>
internal static class DuplicatesCommand
{
    private const int DefaultTop = 20;

    private const string Examples =
        """
        scott duplicates photos                                  groups of nearly the same images; nothing is deleted
        scott duplicates photos --list copies.txt                also writes the paths of the copies, one per line
        scott duplicates train --against test --threshold 0.97   training images that are nearly the same as an image of the test
        scott duplicates photos --threshold 0.95 --json          finds stronger changes, and more false matches; for a script
        scott duplicates photos --false-match-rate 1e-6 --different checked
                                                                 the threshold that images known to be different allow
        """;

    public static Command Create()
    {
        Argument<string[]> inputs = InferenceArguments.Images();
        Option<double?> threshold = Options.Number("--threshold", $"The least cosine of a pair, up to 1. Default: {DuplicatesOptions.Defaults}.");
        Option<double?> rate = Options.Number(
            "--false-match-rate", "The share of pairs of different images that may match; sets the threshold. Needs --different.");
        Option<string?> different = Options.Folder("--different", "Images that are known to be different, of the same kind, for --false-match-rate.");
        Option<string?> against = Options.Folder(
            "--against", "Compare with the images of this folder, not with each other: each image with the nearest one that reaches the threshold.");
        Option<string?> list = Options.File(
            "--list",
            "Write the paths of the copies to this file, one per line: the images that are nearly the same as the first image of their group, or as "
                + "an image of --against.");
        Option<string> model = Options.Model($"What turns images into vectors: {NamedModel.Choices}.", NamedModel.Default);
        Option<int> top = Options.Top("How many groups, or copies, to print; --json has all.", DefaultTop);
        var inference = new InferenceArguments();
        var command = new ToolCommand("duplicates", "Finds images that are nearly the same.", Examples)
        {
            inputs, threshold, rate, different, against, list, model, top,
        };
        inference.AddTo(command);
        command.Do((result, screen, cancellationToken) =>
        {
            var options = new DuplicatesOptions
            {
                Inputs = result.GetRequiredValue(inputs),
                Inference = inference.Bind(result, result.GetRequiredValue(model)),
                Threshold = result.GetValue(threshold),
                FalseMatchRate = result.GetValue(rate),
                Different = result.GetValue(different),
                Against = result.GetValue(against),
                ListPath = result.GetValue(list),
                Top = result.GetValue(top),
            };
            return new DuplicatesRun(options, screen).RunAsync(cancellationToken);
        });
        return command;
    }
}
