using System.CommandLine;

namespace Scott.Models.Cli;

/// <summary>The command <c>search</c>.</summary>
internal static class SearchCommand
{
    private const int DefaultCount = 5;

    private const string Examples =
        """
        scott search cat.jpg photos                              the five images most like cat.jpg
        scott search cat.jpg 'photos/**/*.jpg' --top 20          the best twenty of what a glob matches
        scott search cat.jpg photos -m mine.safetensors --json   with your own model, for a script
        """;

    public static Command Create()
    {
        var query = new Argument<string>("query") { Description = "The image to search by." };
        Argument<string[]> inputs = InferenceArguments.Images();
        Option<string> model = Options.Model($"What turns images into vectors: {NamedModel.Choices}.", NamedModel.Default);
        Option<int> top = Options.Top("How many images to list.", DefaultCount);
        var inference = new InferenceArguments();
        var command = new ToolCommand("search", "Finds the images that are most similar to an image.", Examples) { query, inputs, model, top };
        inference.AddTo(command);
        command.Do((result, screen, cancellationToken) =>
        {
            InferenceChoices choices = inference.Bind(result, result.GetRequiredValue(model));
            var run = new SearchRun(result.GetRequiredValue(query), choices, result.GetValue(top), screen);
            return run.RunAsync(result.GetRequiredValue(inputs), cancellationToken);
        });
        return command;
    }
}
