using System.CommandLine;
using Samples.Shared;
using Scott.Models.Imaging;
using Scott.Models.Inference;
using Scott.Models.Onnx;

namespace ExtractFeatures.Options;

/// <summary>The command line and how it becomes <see cref="ExtractOptions"/>.</summary>
internal sealed class ExtractCommand
{
    public const string Examples =
        """
        Examples:
          ExtractFeatures                                              a demo on twelve drawn images
          ExtractFeatures photos                                       every image of a folder, to embeddings.npy
          ExtractFeatures 'photos/**/*.jpg' -o photos.parquet          what a glob matches, to one Parquet file
          ExtractFeatures photos --similar cat.jpg --top 10            the ten images most like cat.jpg
          ExtractFeatures photos -m mine.safetensors --pca pca.png     with your own model; draws what it tells apart

        Exit codes: 0 all embedded, 1 some skipped, 2 wrong usage, 3 failed, 130 interrupted, 143 terminated (what was finished is written).

        """;

    private const string Torch = "torch";

    private readonly Argument<string[]> _inputs = new("images")
    {
        Description = $"Files, folders (searched to the bottom for {string.Join(' ', ImageDecoder.FileExtensions)}) and globs ('photos/**/*.jpg'). None: a demo on drawn images.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> _output = new("--output", "-o")
    {
        Description = $"The file to write: .npy (paths beside it), .csv or .parquet. Default: {ExtractOptions.DefaultOutput}.",
        HelpName = "file",
    };

    private readonly Option<string> _model = new("--model", "-m")
    {
        Description = $"What turns images into vectors: {NamedModel.Choices}.",
        HelpName = NamedModel.HelpName,
        DefaultValueFactory = _ => NamedModel.Default,
    };

    private readonly Option<string> _engine = Choice("--engine", "What computes. 'torch' needs a build with -p:ScottUsesTorch=true.", "onnx", Torch);
    private readonly Option<string?> _provider = new("--provider") { Description = "What ONNX Runtime computes on; the CPU if it is not there. Default: cpu." };
    private readonly Option<string> _precision = Choice("--precision", "The numbers that ONNX Runtime computes in.", "float32", "float16weights", "float16", "int8");
    private readonly Option<int?> _batch = new("--batch") { Description = "Images at once on a GPU or by TorchSharp.", HelpName = "n" };
    private readonly Option<int?> _threads = new("--threads") { Description = "CPU threads; 0 for one per core.", HelpName = "n" };
    private readonly Option<bool> _fastDecode = new("--fast-decode") { Description = "Decode big JPEG files at a fraction of their size: faster, not exact." };
    private readonly Option<bool> _unitLength = new("--unit-length") { Description = "Scale each vector to length 1." };
    private readonly Option<bool> _tokens = new("--tokens") { Description = "Write the patch tokens too: NAME.tokens.npy, or a second Parquet column." };
    private readonly Option<string?> _pca = new("--pca") { Description = "Draw the first 16 images beside the PCA of their patch tokens.", HelpName = "file.png" };
    private readonly Option<string?> _attention = new("--attention") { Description = "Draw the first 16 images beside where the attention goes.", HelpName = "file.png" };
    private readonly Option<string?> _similar = new("--similar") { Description = "List the images most like this one.", HelpName = "image" };
    private readonly Option<int> _top = new("--top") { Description = "How many --similar lists.", HelpName = "n", DefaultValueFactory = _ => 5 };
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Print errors, skipped images and asked-for tables only." };

    public ExtractCommand()
    {
        _provider.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, "cpu", "cuda", "directml");
        _top.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, out int count) && count < 1)
            {
                result.AddError($"--top is {count}; expected at least 1.");
            }
        });
        Root = new RootCommand("Turns images into vectors by a SCOTT backbone.")
        {
            _inputs, _output, _model, _engine, _provider, _precision, _batch, _threads, _fastDecode, _unitLength, _tokens, _pca, _attention, _similar, _top, _quiet,
        };
    }

    public RootCommand Root { get; }

    public ExtractOptions Bind(ParseResult result) => new()
    {
        Inputs = result.GetValue(_inputs) ?? [],
        Output = result.GetValue(_output),
        Model = result.GetRequiredValue(_model),
        Engine = Torch.Equals(result.GetValue(_engine), StringComparison.OrdinalIgnoreCase) ? FeatureEngine.Torch : FeatureEngine.OnnxRuntime,
        Provider = result.GetValue(_provider) is { } provider ? Enum.Parse<ExecutionProvider>(provider, ignoreCase: true) : null,
        Precision = Enum.Parse<OnnxPrecision>(result.GetRequiredValue(_precision), ignoreCase: true),
        BatchSize = result.GetValue(_batch),
        Threads = result.GetValue(_threads),
        HasFastDecode = result.GetValue(_fastDecode),
        HasUnitLength = result.GetValue(_unitLength),
        HasTokens = result.GetValue(_tokens),
        PcaPath = result.GetValue(_pca),
        AttentionPath = result.GetValue(_attention),
        SimilarTo = result.GetValue(_similar),
        Top = result.GetValue(_top),
        IsQuiet = result.GetValue(_quiet),
    };

    private static Option<string> Choice(string name, string description, params string[] values)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => values[0] };
        return option.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, values);
    }
}
