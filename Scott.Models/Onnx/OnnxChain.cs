using Microsoft.ML.OnnxRuntime;

namespace Scott.Models.Onnx;

/// <summary>ONNX files of other tools that run one after the other on one image: the first output of each is the input of the next.
/// Thread-safe.</summary>
internal sealed class OnnxChain : IDisposable
{
    private readonly InferenceSession[] _sessions;
    private readonly RunOptions _runOptions = new();
    private readonly long[] _inputShape;

    private OnnxChain(InferenceSession[] sessions, long[] inputShape) => (_sessions, _inputShape) = (sessions, inputShape);

    /// <summary>The outputs of the last file.</summary>
    public IReadOnlyList<string> Outputs => _sessions[^1].OutputNames;

    /// <summary>Opens the files; each run uses one thread of the CPU.</summary>
    /// <param name="paths">At least one.</param>
    /// <param name="inputShape">The shape of one image, with the batch of 1.</param>
    /// <exception cref="ModelFormatException">A file is no ONNX model, or takes not exactly one input.</exception>
    public static OnnxChain Open(IReadOnlyList<string> paths, long[] inputShape)
    {
        OnnxRuntimeLibrary.Load();
        using var options = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        List<InferenceSession> sessions = [];
        try
        {
            foreach (string path in paths)
                sessions.Add(Open(path, options));

            return new OnnxChain([.. sessions], inputShape);
        }
        catch
        {
            sessions.ForEach(session => session.Dispose());
            throw;
        }
    }

    /// <summary>Runs an image, and returns outputs of the last file with their shapes.</summary>
    /// <exception cref="ModelFormatException">A file does not take what it gets, or an output is not of floats.</exception>
    public (float[] Values, long[] Shape)[] Run(float[] image, IReadOnlyList<string> outputs)
    {
        (float[] values, long[] shape) = (image, _inputShape);
        for (int i = 0; i < _sessions.Length - 1; i++)
            (values, shape) = Run(_sessions[i], values, shape, [_sessions[i].OutputNames[0]])[0];

        return Run(_sessions[^1], values, shape, outputs);
    }

    public void Dispose()
    {
        Array.ForEach(_sessions, session => session.Dispose());
        _runOptions.Dispose();
    }

    private static InferenceSession Open(string path, SessionOptions options)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"The file '{path}' does not exist.", path);

        PlainFile.RequireReadable(path);
        try
        {
            var session = new InferenceSession(path, options);
            if (session.InputNames.Count == 1)
                return session;

            session.Dispose();
            throw new ModelFormatException(path, $"'{path}' takes the inputs {string.Join(", ", session.InputNames)}; expected one, the image.");
        }
        catch (OnnxRuntimeException exception)
        {
            throw new ModelFormatException(path, $"'{path}' is not a model that ONNX Runtime can run: {exception.Message}", exception);
        }
    }

    private (float[] Values, long[] Shape)[] Run(InferenceSession session, float[] input, long[] shape, IReadOnlyList<string> outputs)
    {
        try
        {
            using OrtValue value = OrtValue.CreateTensorValueFromMemory(input, shape);
            using IDisposableReadOnlyCollection<OrtValue> results = session.Run(_runOptions, session.InputNames, [value], outputs);
            return [.. results.Select(result => (result.GetTensorDataAsSpan<float>().ToArray(), result.GetTensorTypeAndShape().Shape))];
        }
        catch (OnnxRuntimeException exception)
        {
            string taken = string.Join("×", shape);
            throw new ModelFormatException(
                session.InputNames[0], $"An ONNX model does not take floats of {taken} as its input '{session.InputNames[0]}', or gives no floats: "
                    + $"{exception.Message}", exception);
        }
    }
}
