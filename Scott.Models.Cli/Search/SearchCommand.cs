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
        scott search cat.jpg --index photos.index                in what scott embed photos -o photos.index wrote
        scott search cat.jpg --index vectors                     in the folder of scott embed photos --job vectors
        scott search cat.jpg photos -m mine.safetensors --json   with your own model, for a script
        """;

    public static Command Create()
    {
        var query = new Argument<string>("query") { Description = "The image to search by." };
        Argument<string[]> inputs = InferenceArguments.Images();
        inputs.Arity = ArgumentArity.ZeroOrMore;
        Option<string?> index = Options.File(
            "--index", "Search this index, which scott embed -o NAME.index wrote, or this folder of scott embed --job, instead of images.");
        Option<string> model = Options.Model(
            $"What turns images into vectors: {NamedModel.Choices}. With --index, the default is the model of the index.", NamedModel.Default);
        Option<int> top = Options.Top("How many images to list.", DefaultCount);
        var inference = new InferenceArguments();
        var command = new ToolCommand("search", "Finds the images that are most similar to an image.", Examples)
        {
            query, inputs, index, model, top,
        };
        inference.AddTo(command);
        command.Do((result, screen, cancellationToken) =>
        {
            InferenceChoices choices = inference.Bind(result, result.GetRequiredValue(model));
            string[] images = result.GetValue(inputs) ?? [];
            string image = result.GetRequiredValue(query);
            Check.That((images.Length > 0) != (result.GetValue(index) is not null), "Name the images to search, or an index with --index.");
            bool isModelGiven = result.GetResult(model) is { Implicit: false };
            return result.GetValue(index) is { } path
                ? new IndexSearchRun(image, path, choices, isModelGiven, result.GetValue(top), screen).RunAsync(cancellationToken)
                : new SearchRun(image, choices, result.GetValue(top), screen).RunAsync(images, cancellationToken);
        });
        return command;
    }
}
