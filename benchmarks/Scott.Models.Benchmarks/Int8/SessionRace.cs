using System.Diagnostics;
using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace Scott.Models.Benchmarks.Int8;

/// <summary>Graphs that compute the same, run in turns on one thread: the median of each time relative to the first graph's.</summary>
internal sealed class SessionRace(string input, float[] values, long[] shape, string output) : IDisposable
{
    private const int WarmUps = 2;

    private readonly List<(string Name, InferenceSession Session, List<double> Times)> _racers = [];
    private readonly RunOptions _runOptions = new();

    /// <summary>Adds a graph, or says that ONNX Runtime does not run it.</summary>
    public void Add(string name, byte[] graph)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        try
        {
            _racers.Add((name, new InferenceSession(graph, options), []));
        }
        catch (OnnxRuntimeException exception)
        {
            Console.WriteLine($"{name} does not run: {exception.Message}");
        }
    }

    /// <summary>Runs, prints the ratios and the cosines of the outputs to the first graph's, and returns the rounds of the last graph.</summary>
    /// <exception cref="InvalidOperationException">Only one graph runs.</exception>
    public IReadOnlyList<double> Run(string title, int rounds)
    {
        if (_racers.Count < 2)
            throw new InvalidOperationException("There is nothing to compare: only one graph runs.");

        using OrtValue images = OrtValue.CreateTensorValueFromMemory(values, shape);
        var outputs = new List<float[]>();
        for (int round = -WarmUps; round < rounds; round++)
        {
            foreach ((_, InferenceSession session, List<double> times) in _racers)
            {
                long start = Stopwatch.GetTimestamp();
                using IDisposableReadOnlyCollection<OrtValue> results = session.Run(_runOptions, [input], [images], [output]);
                double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
                if (round >= 0)
                    times.Add(seconds);
                else if (outputs.Count < _racers.Count)
                    outputs.Add(results[0].GetTensorDataAsSpan<float>().ToArray());
            }
        }

        Console.WriteLine($"{title}: {Median(_racers[0].Times) * 1000:F1} ms in single precision");
        foreach ((int i, (string name, _, List<double> times)) in _racers.Index().Skip(1))
        {
            double ratio = Median(times.Zip(_racers[0].Times, (time, first) => time / first));
            double cosine = TensorPrimitives.CosineSimilarity<float>(outputs[i], outputs[0]);
            Console.WriteLine($"  {ratio:F2}  {name}, cosine {cosine:F5}");
        }

        return [.. _racers[^1].Times.Zip(_racers[0].Times, (time, first) => time / first)];
    }

    public void Dispose()
    {
        _racers.ForEach(racer => racer.Session.Dispose());
        _runOptions.Dispose();
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
