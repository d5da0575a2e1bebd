using System.CommandLine;
using System.CommandLine.Parsing;
using Scott.Models.Torch;

namespace Scott.Models.Cli;

/// <summary>Makes options of the kinds that several commands have.</summary>
internal static class Options
{
    public static Option<int?> Whole(string name, string description) => new(name) { Description = description, HelpName = "n" };

    /// <summary>A whole number with a default.</summary>
    public static Option<int> Whole(string name, string description, int number) =>
        new(name) { Description = description, HelpName = "n", DefaultValueFactory = _ => number };

    public static Option<string?> Folder(string name, string description) => new(name) { Description = description, HelpName = "folder" };

    /// <summary>A folder of images, or a list of them.</summary>
    public static Option<string?> Images(string name, string description) =>
        new(name) { Description = description, HelpName = ImageInputs.HelpName };

    public static Option<string?> File(string name, string description) => new(name) { Description = description, HelpName = "file" };

    /// <summary>A CSV file for results that otherwise are a table on the screen.</summary>
    public static Option<string?> Csv(string description) => new("--output", "-o") { Description = description, HelpName = "file.csv" };

    // System.CommandLine would read 0.99 in the user's culture, and the printed command must mean the same everywhere.
    public static Option<double?> Number(string name, string description) =>
        new(name) { Description = description, HelpName = "n", CustomParser = ParseNumber };

    /// <summary>The first value is the default. A value in other letter case is returned as it is written here.</summary>
    public static Option<string> Choice(string name, string description, params string[] values)
    {
        string Find(string given) => values.FirstOrDefault(value => value.Equals(given, StringComparison.OrdinalIgnoreCase)) ?? given;
        var option = new Option<string>(name)
        {
            Description = description,
            DefaultValueFactory = _ => values[0],
            CustomParser = result => Find(result.Tokens[0].Value),
        };
        option.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, values);
        return option;
    }

    /// <summary>The names of an enumeration as a choice takes them; the first is the default.</summary>
    public static string[] Names<T>()
        where T : struct, Enum => [.. Enum.GetNames<T>().Select(name => name.ToLowerInvariant())];

    public static Option<int> Top(string description, int count)
    {
        var option = new Option<int>("--top") { Description = description, HelpName = "n", DefaultValueFactory = _ => count };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, out int top) && top < 1)
                result.AddError($"--top is {top}; expected at least 1.");
        });
        return option;
    }

    public static Option<string> Model(string description, string model) => new("--model", "-m")
    {
        Description = description,
        HelpName = NamedModel.HelpName,
        DefaultValueFactory = _ => model,
    };

    public static Option<TorchDevice> Device() => new("--device")
    {
        Description = "auto, cpu, cuda, cuda:n or mps.",
        HelpName = "name",
        CustomParser = ParseDevice,
        DefaultValueFactory = _ => TorchDevice.Auto,
    };

    /// <summary>How an image's tokens become its vector; <see cref="PoolingOf"/> reads it.</summary>
    public static Option<string> Pooling() => Choice(
        "--pooling",
        "The vector: the model's own choice, the mean of its patches, its class token, or both joined.",
        "auto", "mean", "class", "both");

    /// <summary>The pooling that a choice means; <see langword="null"/> is the model's own.</summary>
    public static EmbeddingPooling? PoolingOf(string choice) => choice switch
    {
        "mean" => EmbeddingPooling.PatchMean,
        "class" => EmbeddingPooling.ClassToken,
        "both" => EmbeddingPooling.ClassTokenAndPatchMean,
        _ => null,
    };

    /// <summary>Whether the command line itself has an option, which otherwise has its default.</summary>
    public static bool IsGiven(ParseResult result, Option option) => result.GetResult(option) is { Implicit: false };

    public static string Say(double value) => value.ToString(CultureInfo.InvariantCulture);

    private static double? ParseNumber(ArgumentResult result)
    {
        if (double.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
            return value;

        result.AddError($"'{result.Tokens[0].Value}' is not a number.");
        return null;
    }

    private static TorchDevice? ParseDevice(ArgumentResult result)
    {
        try
        {
            return TorchDevice.Parse(result.Tokens[0].Value);
        }
        catch (FormatException exception)
        {
            result.AddError(exception.Message);
            return null;
        }
    }
}
