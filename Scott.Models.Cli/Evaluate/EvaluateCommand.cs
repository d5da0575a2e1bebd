using System.CommandLine;

namespace Scott.Models.Cli;

/// <summary>The command <c>evaluate</c> and how it becomes <see cref="EvaluateOptions"/>.</summary>
internal static class EvaluateCommand
{
    private const int DefaultSeeds = 3;
    private const string OnlySimple = "simple";

    private const string Examples =
        """
        scott evaluate labeled/train labeled/val -m scott-mini-112
                                                                 the accuracy of probes on the frozen features
        scott evaluate labeled/train labeled/val -m untrained:scott-mini-112 scott-mini-112 runs/hour/model.safetensors
                                                                 three models in one table
        """;

    public static Command Create()
    {
        var training = new Argument<string>("labeled")
        {
            Description = "The images that the probes learn from, one folder per class or a CSV list. A tenth of each class is set aside for "
                + "choices, such as the linear probe's penalty.",
        };
        var test = new Argument<string>("test") { Description = "The images to test them on, of the same classes; a folder or a CSV list." };
        var models = new Option<string[]>("--model", "-m")
        {
            Description = $"Models to measure, each {NamedModel.Choices}.",
            HelpName = NamedModel.HelpName,
            Required = true,
            AllowMultipleArgumentsPerToken = true,
        };
        var seeds = new Option<int>("--seeds")
        {
            Description = "How many seeds to measure with. A seed decides the random choices of the probes, and an untrained model's weights.",
            HelpName = "n",
            DefaultValueFactory = _ => DefaultSeeds,
        };
        Option<string> attentive = Options.Choice(
            "--attentive",
            "Which attentive probes to train: the paper's three, which take most of the time, or the simple one alone.",
            "all",
            OnlySimple);
        Option<string> pooling = Options.Pooling();
        Option<Torch.TorchDevice> device = Options.Device();
        Option<string?> output = Options.Folder(
            "--output",
            "The folder for the figures and confusion matrices of each model: those of the first seed, while the table has the mean of all seeds.");
        output.Aliases.Add("-o");
        var command = new ToolCommand(
            "evaluate", "Measures models' frozen features: nearest neighbors, a linear probe, and the paper's attentive probes.", Examples)
        {
            training, test, models, seeds, pooling, attentive, device, output,
        };
        command.Do((result, screen, cancellationToken) => new EvaluateRun(
            new EvaluateOptions
            {
                Training = result.GetRequiredValue(training),
                Test = result.GetRequiredValue(test),
                Models = result.GetRequiredValue(models),
                Seeds = result.GetValue(seeds),
                OnlySimpleAttentive = result.GetRequiredValue(attentive) == OnlySimple,
                Pooling = Options.PoolingOf(result.GetRequiredValue(pooling)),
                Device = result.GetRequiredValue(device),
                Output = result.GetValue(output),
            },
            screen).RunAsync(cancellationToken));
        return command;
    }
}
