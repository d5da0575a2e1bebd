using System.CommandLine;
using Scott.Models.Imaging;
using Scott.Models.Inference;

namespace Scott.Models.Cli;

/// <summary>The command <c>embed</c> and how it becomes <see cref="EmbedOptions"/>.</summary>
internal static class EmbedCommand
{
    private const string Examples =
        """
        scott embed photos                                       every image of a folder, to embeddings.npy
        scott embed 'photos/**/*.jpg' -o photos.parquet          what a glob matches, to one Parquet file
        scott embed photos -o photos.index                       an index for: scott search cat.jpg --index photos.index
        scott embed photos -m mine.safetensors --pca pca.png     with your own model; draws what it tells apart
        scott embed photos -m hf:facebook/dinov2-small           with a model of the Hugging Face Hub
        scott embed slide.tif --tile 512 -o slide.parquet        a vector for each tile of a large image, with its place
        scott embed photos --job vectors                         many images, into Parquet shards; resumes after an interruption
        scott embed 'tars/*.tar' --job vectors --shard 7         one shard of the job, as in a Kubernetes Indexed Job
        scott embed photos --json                                the run's figures as JSON
        """;

    public static Command Create()
    {
        Argument<string[]> inputs = InferenceArguments.Images();
        inputs.Description += " With --job also .tar, .csv and .txt files and addresses; none to resume the job that is there.";
        inputs.Arity = ArgumentArity.ZeroOrMore;
        var output = new Option<string>("--output", "-o")
        {
            Description = "The file to write: .npy (beside it NAME.npy.paths.txt, a path in each line; on Unix \\\\, \\n and \\r stand for a "
                + "backslash and line breaks), .csv, .parquet, or .index for search --index.",
            HelpName = "file",
            DefaultValueFactory = _ => EmbedOptions.DefaultOutput,
        };
        Option<string> model = Options.Model($"What turns images into vectors: {NamedModel.Choices}.", NamedModel.Default);
        Option<string> pooling = Options.Pooling();
        var unitLength = new Option<bool>("--unit-length") { Description = "Scale each vector to length 1." };
        var tokens = new Option<bool>("--tokens")
        {
            Description = "Write the patch tokens too: NAME.tokens.npy, or a second Parquet column. Without it, a NAME.tokens.npy of an earlier run "
                + "stays as it is.",
        };
        Option<int?> tile = Options.Whole("--tile", "Cut each image into square tiles of so many pixels, and write a vector for each.");
        Option<int> overlap = Options.Whole("--overlap", "With --tile: the pixels that neighboring tiles have in common.", 0);
        Option<string?> pca = Options.File("--pca", "Draw the first 16 images beside the PCA of their patch tokens, as PNG.");
        Option<string?> attention = Options.File("--attention", "Draw the first 16 images beside the model's attention, as PNG.");
        Option<string?> job = Options.Folder("--job", "Write a folder of Parquet shards; run again to resume after an interruption.");
        Option<int?> shard = Options.Whole("--shard", "With --job: compute this shard alone, from 0.");
        Option<int?> shardSize = Options.Whole(
            "--shard-size", $"With --job: the images of a shard. Default: {EmbeddingJobOptions.DefaultShardSize}. A tar archive is one shard.");
        var inference = new InferenceArguments();
        var command = new ToolCommand("embed", "Turns images into vectors.", Examples)
        {
            inputs, output, model, pooling, unitLength, tokens, tile, overlap, pca, attention, job, shard, shardSize,
        };
        inference.AddTo(command);
        command.Validators.Add(result =>
        {
            // A job resumes with the inputs that it was planned with.
            if (result.GetValue(job) is null && result.GetValue(inputs) is not { Length: > 0 })
                result.AddError("Give at least one file, folder or glob.");
        });
        command.Do((result, screen, cancellationToken) =>
        {
            Check.That(result.GetValue(tile) is not null || result.GetResult(overlap) is null or { Implicit: true }, "--overlap needs --tile.");
            var options = new EmbedOptions
            {
                Inputs = result.GetValue(inputs) ?? [],
                OutputPath = result.GetRequiredValue(output),
                HasOutput = result.GetResult(output) is { Implicit: false },
                Inference = inference.Bind(result, result.GetRequiredValue(model)),
                Pooling = Options.PoolingOf(result.GetRequiredValue(pooling)),
                HasUnitLength = result.GetValue(unitLength),
                HasTokens = result.GetValue(tokens),
                Tiles = result.GetValue(tile) is { } side ? TileOptions.Square(side, result.GetValue(overlap)) : null,
                PcaPath = result.GetValue(pca),
                AttentionPath = result.GetValue(attention),
                Job = result.GetValue(job),
                Shard = result.GetValue(shard),
                ShardSize = result.GetValue(shardSize),
            };
            return options.Job is null
                ? new EmbedRun(options, screen).RunAsync(cancellationToken)
                : new EmbedJob(options, screen).RunAsync(cancellationToken);
        });
        return command;
    }
}
