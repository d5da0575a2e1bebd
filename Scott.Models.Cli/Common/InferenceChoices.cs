using System.CommandLine;
using Scott.Models.Imaging;
using Scott.Models.Inference;
using Scott.Models.Onnx;

namespace Scott.Models.Cli;

/// <summary>How images go through a model, as the command line says it.</summary>
internal sealed record InferenceChoices
{
    /// <summary>Fixed, so that untrained weights are the same in every run.</summary>
    public const long Seed = 47;

    /// <summary>As <see cref="NamedModel"/> understands it.</summary>
    public required string Model { get; init; }

    public FeatureEngine Engine { get; init; }

    /// <summary>What ONNX Runtime computes on, or <see langword="null"/> if the command line does not say.</summary>
    public ExecutionProvider? Provider { get; init; }

    public OnnxPrecision Precision { get; init; }

    public TorchPrecision TorchPrecision { get; init; }

    public int? BatchSize { get; init; }

    public int? Threads { get; init; }

    public bool HasFastDecode { get; init; }

    /// <exception cref="UsageException">The options do not go together.</exception>
    public void Validate()
    {
        Check.That(
            Engine == FeatureEngine.OnnxRuntime || (Provider is null && Precision == OnnxPrecision.Float32),
            "--provider, and --precision other than float32 and bfloat16, are for --engine onnx.");
        Check.That(
            Engine == FeatureEngine.Torch || TorchPrecision == TorchPrecision.Float32,
            "--precision bfloat16 is for --engine torch.");
    }

    public void Apply<TBuilder, TOptions>(InferenceBuilder<TBuilder, TOptions> builder)
        where TBuilder : InferenceBuilder<TBuilder, TOptions>
        where TOptions : InferenceOptions
    {
        builder.WithPrecision(Precision);
        _ = Engine switch
        {
            FeatureEngine.Torch => builder.UseTorch(precision: TorchPrecision),
            FeatureEngine.Managed => builder.UseManaged(),
            _ => builder.UseOnnxRuntime(Providers()),
        };
        _ = BatchSize is { } batchSize ? builder.WithBatchSize(batchSize) : null;
        _ = Threads is { } threads ? builder.WithThreads(threads) : null;
        _ = HasFastDecode ? builder.WithFastDecode() : null;
    }

    /// <summary>The same for what takes options instead of a builder.</summary>
    public FeatureExtractionOptions ToOptions() => new()
    {
        Engine = Engine,
        ExecutionProviders = Providers(),
        Precision = Precision,
        TorchPrecision = TorchPrecision,
        BatchSize = BatchSize ?? InferenceOptions.DefaultBatchSize,
        Threads = Threads ?? 0,
        Decoding = new ImageDecodingOptions { FastDecode = HasFastDecode },
    };

    /// <summary>Says what the user should know before the results come.</summary>
    public void Announce(ExecutionProvider? running, string engine, Screen screen)
    {
        if (NamedModel.IsUntrained(Model))
            screen.Note("These weights are untrained: the vectors show what the architecture does with random weights, not learned features.");

        if (Provider is { } wanted && running is { } found && found != wanted)
            screen.Note($"{wanted} does not run here; computing with {engine} instead.");
    }

    private ExecutionProvider[] Providers() =>
        Provider is { } provider and not ExecutionProvider.Cpu ? [provider, ExecutionProvider.Cpu] : [ExecutionProvider.Cpu];
}

/// <summary>The options that become <see cref="InferenceChoices"/>.</summary>
internal sealed class InferenceArguments
{
    private const string Torch = "torch";
    private const string Managed = "managed";
    private const string Bfloat16 = "bfloat16";

    private readonly Option<string> _engine = Options.Choice(
        "--engine", "What computes: ONNX Runtime, TorchSharp, or managed code without a native library.", "onnx", Torch, Managed);

    private readonly Option<string?> _provider = new("--provider")
    {
        Description = "What ONNX Runtime computes on; the CPU if it is not available. Default: cpu.",
    };

    private readonly Option<string> _precision = Options.Choice(
        "--precision", "The numbers to compute in: bfloat16 by TorchSharp, the others by ONNX Runtime.",
        [.. Options.Names<OnnxPrecision>(), Bfloat16]);

    private readonly Option<int?> _batch = Options.Whole("--batch-size", "Images at once on a GPU or by TorchSharp.");
    private readonly Option<int?> _threads = Options.Whole("--threads", "CPU threads; 0 for one per core.");
    private readonly Option<bool> _fastDecode = new("--fast-decode")
    {
        Description = "Decode big JPEG files at a fraction of their size: faster, not exact.",
    };

    public InferenceArguments() => _provider.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, Options.Names<ExecutionProvider>());

    /// <summary>The argument for images.</summary>
    public static Argument<string[]> Images(string name = "images") => new(name)
    {
        Description = $"Files, folders with all subfolders ({string.Join(' ', ImageDecoder.FileExtensions)}) and globs ('photos/**/*.jpg').",
        Arity = ArgumentArity.OneOrMore,
    };

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _engine, _provider, _precision, _batch, _threads, _fastDecode })
            command.Options.Add(option);
    }

    /// <param name="result">Without errors.</param>
    /// <param name="model">The model's name.</param>
    public InferenceChoices Bind(ParseResult result, string model)
    {
        string precision = result.GetRequiredValue(_precision);
        bool isBfloat16 = precision.Equals(Bfloat16, StringComparison.OrdinalIgnoreCase);
        return new InferenceChoices
        {
            Model = model,
            Engine = result.GetValue(_engine) switch
            {
                Torch => FeatureEngine.Torch,
                Managed => FeatureEngine.Managed,
                _ => FeatureEngine.OnnxRuntime,
            },
            Provider = result.GetValue(_provider) is { } provider ? Enum.Parse<ExecutionProvider>(provider, ignoreCase: true) : null,
            Precision = isBfloat16 ? OnnxPrecision.Float32 : Enum.Parse<OnnxPrecision>(precision, ignoreCase: true),
            TorchPrecision = isBfloat16 ? TorchPrecision.BFloat16 : TorchPrecision.Float32,
            BatchSize = result.GetValue(_batch),
            Threads = result.GetValue(_threads),
            HasFastDecode = result.GetValue(_fastDecode),
        };
    }
}
