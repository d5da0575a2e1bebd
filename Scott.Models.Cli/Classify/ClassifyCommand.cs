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
        scott classify photos -m classifier.safetensors --json   the same for a script

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
        Option<int> top = Options.Top("How many classes to list for each image.", DefaultCount);
        var inference = new InferenceArguments();
        var command = new ToolCommand("classify", "Names the classes of images with a fine-tuned classifier.", Examples) { inputs, model, top };
        inference.AddTo(command);
        command.Do((result, screen, cancellationToken) =>
        {
            var run = new ClassifyRun(inference.Bind(result, result.GetRequiredValue(model)), result.GetValue(top), screen);
            return run.RunAsync(result.GetRequiredValue(inputs), cancellationToken);
        });
        return command;
    }
}
