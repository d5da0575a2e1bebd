using System.CommandLine;
using EmbedCluster.Hosting;

namespace EmbedCluster.Commands;

/// <summary>What a job is, on the command line.</summary>
internal sealed class JobArguments
{
    private readonly Argument<string[]> _inputs = new("inputs")
    {
        Description = "Folders, images, tar archives and addresses.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> _output = new("--output", "-o") { Description = "The folder for the vectors.", Required = true };
    private readonly Option<string?> _name = new("--name") { Description = "The job's name. The default is the name of the output folder." };
    private readonly Option<string?> _model = new("--model", "-m")
    {
        Description = "A pretrained model or a model file. The default is that of the package.",
    };

    private readonly Option<int?> _shardSize = new("--shard-size") { Description = "The images of a shard. A tar archive is always one shard." };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_inputs);
        command.Add(_output);
        command.Add(_name);
        command.Add(_model);
        command.Add(_shardSize);
    }

    /// <summary>What the command line says. Paths are made whole: they start at this program's folder, not at the silo's.</summary>
    public JobRequest Bind(ParseResult result) => new(
        [.. result.GetRequiredValue(_inputs).Select(Whole)],
        Path.GetFullPath(result.GetRequiredValue(_output)),
        result.GetValue(_name),
        result.GetValue(_model) is { } model && File.Exists(model) ? Path.GetFullPath(model) : result.GetValue(_model),
        result.GetValue(_shardSize));

    private static string Whole(string input) => input.Contains("://", StringComparison.Ordinal) ? input : Path.GetFullPath(input);
}
