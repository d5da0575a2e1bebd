using System.CommandLine;

namespace Scott.Models.Cli;

/// <summary>The command <c>classify</c>.</summary>
internal static class ClassifyCommand
{
    private const int DefaultCount = 1;

    private const string Examples =
        """
        scott classify photos -m classifier.safetensors          the most likely class of each image
        scott classify cat.jpg -m classifier.safetensors --top 5
                                                                 the five most likely classes
        scott classify photos -m classifier.safetensors -o photos.csv
                                                                 the same as a file
        scott classify photos -m classifier.safetensors --json   the same for a script
        scott classify labeled/test -m classifier.safetensors --labeled
                                                                 how often it is right: one folder per class, or a CSV list

        A multi-label classifier gives every label whose probability reaches the label's threshold; --top then counts in --json alone.
        """;

    public static Command Create()
    {
        Argument<string[]> inputs = InferenceArguments.Images();
        var model = new Option<string>("--model", "-m")
        {
            Description = "The classifier's file, as 'scott finetune' writes it.",
            HelpName = "file.safetensors",
            Required = true,
        };
        var labeled = new Option<bool>("--labeled")
        {
            Description = "The inputs are folders with one folder per class, or CSV lists: test the classifier on them.",
        };
        Option<string?> output = Options.Csv("Write a line for each listed class to this file, instead of a table: path,class,probability. "
            + "With --labeled it has a column 'expected'.");
        Option<int> top = Options.Top("How many classes to list for each image.", DefaultCount);
        var inference = new InferenceArguments();
        var command = new ToolCommand("classify", "Names the classes of images with a fine-tuned classifier, or tests it.", Examples)
        {
            inputs, model, labeled, output, top,
        };
        inference.AddTo(command);
        command.Do((result, screen, cancellationToken) =>
        {
            var options = new ClassifyOptions
            {
                Inputs = result.GetRequiredValue(inputs),
                Inference = inference.Bind(result, result.GetRequiredValue(model)),
                Count = result.GetValue(top),
                IsLabeled = result.GetValue(labeled),
                OutputPath = result.GetValue(output),
            };
            return new ClassifyRun(options, screen).RunAsync(cancellationToken);
        });
        return command;
    }
}
