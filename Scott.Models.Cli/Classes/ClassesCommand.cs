using System.CommandLine;
using Scott.Models.Metrics;

namespace Scott.Models.Cli;

/// <summary>The command <c>classes</c> with its sub-commands.</summary>
internal static class ClassesCommand
{
    private const int DefaultCount = 1;

    private const string Examples =
        """
        scott classes add parts.safetensors screw screws/*.jpg   a class from a few images; the file is new if there is none
        scott classes add parts.safetensors nut nut.jpg          another class; an image that another class had moves to this one
        scott classes calibrate parts.safetensors held-out       better rates and sets, from other images, one folder per class
        scott classes classify parts.safetensors photos --unknown-rate 0.05 --coverage 0.9
        scott classes rename parts.safetensors nut 'hex nut'
        scott classes remove parts.safetensors screw             the whole class
        scott classes remove parts.safetensors screw screws/7.jpg
                                                                 one image of it
        scott classes list parts.safetensors
        """;

    private static readonly Argument<string> FilePath = new("file") { Description = "The file of the classes (.safetensors)." };

    public static Command Create() => new ToolCommand("classes", "Learns classes from a few images each, without training, and names them.", Examples)
    {
        Add(), Remove(), Rename(), Calibrate(), List(), Classify(),
    };

    private static Argument<string> Name(string name = "name") => new(name) { Description = "The class." };

    private static Option<string?> Model() => new("--model", "-m")
    {
        Description = $"What turns images into vectors: {NamedModel.Choices}. Default: the file's own, {NamedModel.Default} for a new file.",
        HelpName = NamedModel.HelpName,
    };

    private static ToolCommand Add()
    {
        Argument<string> name = Name();
        Argument<string[]> images = InferenceArguments.Images();
        Option<string?> model = Model();
        var inference = new InferenceArguments();
        var command = new ToolCommand("add", "Adds images to a class, which is new if it has none.", Examples) { FilePath, name, images, model };
        inference.AddTo(command);
        command.Do(async (result, screen, cancellationToken) =>
        {
            string className = result.GetRequiredValue(name);
            Check.That(className.Length > 0, "The class has no name.");
            (string, string?)[] labeled = [.. InputFiles.Expand(result.GetRequiredValue(images)).Select(path => (path, (string?)className))];
            ClassesFile file = await ClassesFile.OpenAsync(result.GetRequiredValue(FilePath), mayBeNew: true, screen, cancellationToken);
            InferenceChoices choices = inference.Bind(result, file.ModelOr(result.GetValue(model)));
            return await new ClassesLearnRun(file, choices, screen).RunAsync(labeled, isHeldOut: false, cancellationToken);
        });
        return command;
    }

    private static ToolCommand Calibrate()
    {
        var folder = new Argument<string>("folder") { Description = "Images that no class learns from, one folder per class." };
        Option<string?> model = Model();
        var inference = new InferenceArguments();
        var command = new ToolCommand(
            "calibrate", "Calibrates probabilities, unknown images and sets with labeled images that no class learns from.", Examples)
        {
            FilePath, folder, model,
        };
        inference.AddTo(command);
        command.Do(async (result, screen, cancellationToken) =>
        {
            (string, string?)[] labeled = LabeledPaths.Of(result.GetRequiredValue(folder));
            ClassesFile file = await ClassesFile.OpenAsync(result.GetRequiredValue(FilePath), mayBeNew: false, screen, cancellationToken);
            InferenceChoices choices = inference.Bind(result, file.ModelOr(result.GetValue(model)));
            return await new ClassesLearnRun(file, choices, screen).RunAsync(labeled, isHeldOut: true, cancellationToken);
        });
        return command;
    }

    private static ToolCommand Remove()
    {
        Argument<string> name = Name();
        var images = new Argument<string[]>("images") { Description = "Only these images of it.", Arity = ArgumentArity.ZeroOrMore };
        var command = new ToolCommand("remove", "Removes a class, or some images of it.", Examples) { FilePath, name, images };
        command.Do(async (result, screen, cancellationToken) =>
        {
            ClassesFile file = await ClassesFile.OpenAsync(result.GetRequiredValue(FilePath), mayBeNew: false, screen, cancellationToken);
            return await file.RemoveAsync(result.GetRequiredValue(name), result.GetValue(images) ?? [], cancellationToken);
        });
        return command;
    }

    private static ToolCommand Rename()
    {
        Argument<string> name = Name();
        Argument<string> newName = new("new-name") { Description = "Its new name." };
        var command = new ToolCommand("rename", "Renames a class.", Examples) { FilePath, name, newName };
        command.Do(async (result, screen, cancellationToken) =>
        {
            ClassesFile file = await ClassesFile.OpenAsync(result.GetRequiredValue(FilePath), mayBeNew: false, screen, cancellationToken);
            return await file.RenameAsync(result.GetRequiredValue(name), result.GetRequiredValue(newName), cancellationToken);
        });
        return command;
    }

    private static ToolCommand List()
    {
        var command = new ToolCommand("list", "Lists the classes and how many images each has.", Examples) { FilePath };
        command.Do(async (result, screen, cancellationToken) =>
        {
            ClassesFile file = await ClassesFile.OpenAsync(
                result.GetRequiredValue(FilePath), mayBeNew: false, screen, cancellationToken, isOnlyRead: true);
            file.Print();
            return ExitCode.Success;
        });
        return command;
    }

    private static ToolCommand Classify()
    {
        Argument<string[]> images = InferenceArguments.Images();
        Option<string?> model = Model();
        Option<string?> output = Options.Csv(
            "Write a line for each listed class to this file, instead of a table: path,unknown,class,probability,typicality.");
        Option<int> top = Options.Top("How many classes to list for each image.", DefaultCount);
        Option<double?> rate = Options.Number(
            "--unknown-rate",
            $"The share of images of known classes that may be called unknown. Default: {Options.Say(PrototypeClassifier.DefaultUnknownRate)}.");
        Option<double?> coverage = Options.Number(
            "--coverage", "Lists a set of classes instead, which holds the right one with this probability, for example 0.9.");
        var inference = new InferenceArguments();
        var command = new ToolCommand("classify", "Names the classes of images.", Examples)
        {
            FilePath, images, model, output, top, rate, coverage,
        };
        inference.AddTo(command);
        command.Do(async (result, screen, cancellationToken) =>
        {
            RequireShare("--unknown-rate", result.GetValue(rate));
            RequireShare("--coverage", result.GetValue(coverage));
            IReadOnlyList<string> paths = InputFiles.Expand(result.GetRequiredValue(images));
            ClassesFile file = await ClassesFile.OpenAsync(
                result.GetRequiredValue(FilePath), mayBeNew: false, screen, cancellationToken, isOnlyRead: true);
            InferenceChoices choices = inference.Bind(result, file.ModelOr(result.GetValue(model)));
            var run = new ClassesClassifyRun(file, choices, screen)
            {
                Count = result.GetValue(top),
                UnknownRate = result.GetValue(rate) ?? PrototypeClassifier.DefaultUnknownRate,
                Coverage = result.GetValue(coverage),
                OutputPath = result.GetValue(output),
            };
            return await run.RunAsync(paths, cancellationToken);
        });
        return command;
    }

    private static void RequireShare(string name, double? share) =>
        Check.That(share is null or (>= 0 and <= 1), string.Create(CultureInfo.InvariantCulture, $"{name} is {share}; expected 0 to 1."));
}
