using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;

namespace Scott.Models.Onnx;

/// <summary>An ONNX Runtime session on the first execution provider that runs. Thread-safe but on DirectML; owned by its creator.</summary>
internal sealed partial class OnnxSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();

    private OnnxSession(InferenceSession session, ExecutionProvider provider)
    {
        _session = session;
        Provider = provider;
    }

    /// <summary>The provider that runs.</summary>
    public ExecutionProvider Provider { get; }

    /// <summary>A session over a serialized model.</summary>
    /// <param name="model">The model; not needed afterwards.</param>
    /// <param name="providers">The providers to try, in order.</param>
    /// <param name="gpuIndex">Which GPU, for the providers that have any.</param>
    /// <param name="threads">The CPU threads of one run; 0 for one per core.</param>
    /// <param name="logger">Gets a line about each provider that does not run.</param>
    /// <exception cref="NativeLibraryException">ONNX Runtime is missing or does not load.</exception>
    /// <exception cref="ExecutionProviderException">None of the providers runs.</exception>
    public static OnnxSession Create(byte[] model, IReadOnlyList<ExecutionProvider> providers, int gpuIndex, int threads, ILogger logger)
    {
        OrtEnv environment = OnnxRuntimeLibrary.Load();
        string[] available = environment.GetAvailableProviders();
        string offered = string.Join(", ", available);
        Exception? failure = null;
        foreach (ExecutionProvider provider in providers)
        {
            if (!available.Contains(NativeName(provider)))
            {
                LogNotOffered(logger, provider, offered);
                continue;
            }

            try
            {
                using SessionOptions options = Options(provider, gpuIndex, threads);
                var session = new OnnxSession(new InferenceSession(model, options), provider);
                return session;
            }
            catch (OnnxRuntimeException exception)
            {
                failure = exception;
                LogFailed(logger, provider, exception);
            }
        }

        throw new ExecutionProviderException([.. providers.Select(provider => provider.ToString())], available, failure);
    }

    /// <summary>Runs the graph on one input, into outputs that are allocated already.</summary>
    public void Run(OrtValue images, IReadOnlyCollection<string> outputNames, IReadOnlyCollection<OrtValue> outputs) =>
        _session.Run(_runOptions, [GraphNames.Images], [images], outputNames, outputs);

    /// <inheritdoc/>
    public void Dispose()
    {
        _session.Dispose();
        _runOptions.Dispose();
    }

    private static SessionOptions Options(ExecutionProvider provider, int gpuIndex, int threads)
    {
        var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            IntraOpNumThreads = threads,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        switch (provider)
        {
            case ExecutionProvider.Cuda:
                using (var cuda = new OrtCUDAProviderOptions())
                {
                    // Single precision is to be single precision, not the 10-bit TF32 that is the provider's default.
                    cuda.UpdateOptions(new Dictionary<string, string> { ["device_id"] = Text(gpuIndex), ["use_tf32"] = "0" });
                    options.AppendExecutionProvider_CUDA(cuda);
                }

                break;
            case ExecutionProvider.DirectML:
                options.EnableMemoryPattern = false; // DirectML asks for it.
                options.AppendExecutionProvider_DML(gpuIndex);
                break;
        }

        return options;
    }

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string NativeName(ExecutionProvider provider) => provider switch
    {
        ExecutionProvider.Cuda => "CUDAExecutionProvider",
        ExecutionProvider.DirectML => "DmlExecutionProvider",
        _ => "CPUExecutionProvider",
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Provider} is not in this ONNX Runtime, which offers {Available}.")]
    private static partial void LogNotOffered(ILogger logger, ExecutionProvider provider, string available);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Provider} does not run here.")]
    private static partial void LogFailed(ILogger logger, ExecutionProvider provider, Exception exception);
}
