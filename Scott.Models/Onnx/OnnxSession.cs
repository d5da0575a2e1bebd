using Microsoft.ML.OnnxRuntime;

namespace Scott.Models.Onnx;

/// <summary>An ONNX Runtime session on the first execution provider that runs. Thread-safe, except on DirectML.</summary>
internal sealed partial class OnnxSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();

    private OnnxSession(InferenceSession session, ExecutionProvider provider) => (_session, Provider) = (session, provider);

    public ExecutionProvider Provider { get; }

    /// <summary>
    /// Creates a session on the first provider that runs. Logs each provider that does not. A run uses the given number of CPU threads; 0 means one
    /// per core. The serialized graph is not needed afterwards.
    /// </summary>
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
                return new OnnxSession(new InferenceSession(model, options), provider);
            }
            catch (OnnxRuntimeException exception)
            {
                failure = exception;
                LogFailed(logger, provider, exception);
            }
        }

        throw new ExecutionProviderException([.. providers.Select(provider => provider.ToString())], available, failure);
    }

    /// <summary>Runs the graph on one input, and writes into allocated outputs.</summary>
    /// <exception cref="ExecutionProviderException">The provider fails, for example for lack of memory.</exception>
    public void Run(OrtValue images, IReadOnlyCollection<string> outputNames, IReadOnlyCollection<OrtValue> outputs)
    {
        try
        {
            _session.Run(_runOptions, [GraphNames.Images], [images], outputNames, outputs);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new ExecutionProviderException(Provider.ToString(), OrtEnv.Instance().GetAvailableProviders(), exception);
        }
    }

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
        try
        {
            AppendProvider(options, provider, gpuIndex);
            return options;
        }
        catch
        {
            options.Dispose();
            throw;
        }
    }

    private static void AppendProvider(SessionOptions options, ExecutionProvider provider, int gpuIndex)
    {
        if (provider == ExecutionProvider.Cuda)
        {
            // The provider's default is TF32, which has only 10 bits.
            using var cuda = new OrtCUDAProviderOptions();
            string device = gpuIndex.ToString(CultureInfo.InvariantCulture);
            cuda.UpdateOptions(new Dictionary<string, string> { ["device_id"] = device, ["use_tf32"] = "0" });
            options.AppendExecutionProvider_CUDA(cuda);
        }
        else if (provider == ExecutionProvider.DirectML)
        {
            options.EnableMemoryPattern = false; // DirectML asks for it.
            options.AppendExecutionProvider_DML(gpuIndex);
        }
    }

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
