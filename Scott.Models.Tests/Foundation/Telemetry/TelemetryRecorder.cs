using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Scott.Models.Tests.Foundation;

/// <summary>What a listener of the app sees of one model, by its id: other tests run meanwhile.</summary>
internal sealed class TelemetryRecorder : IDisposable
{
    private readonly ConcurrentQueue<(string Instrument, double Value, KeyValuePair<string, object?>[] Tags)> _measurements = new();
    private readonly ConcurrentQueue<Activity> _activities = new();
    private readonly MeterListener _meters = new();
    private readonly ActivityListener _sources;
    private readonly string _modelId;

    public TelemetryRecorder(string modelId, string? activity = null)
    {
        _modelId = modelId;
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == ScottTelemetry.MeterName)
                listener.EnableMeasurementEvents(instrument);
        };
        _meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument.Name, value, tags));
        _meters.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument.Name, value, tags));
        _meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument.Name, value, tags));
        _meters.Start();
        _sources = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ScottTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = stopped =>
            {
                if (Equals(stopped.GetTagItem(ScottTelemetry.ModelTag), modelId) && (activity is null || stopped.OperationName == activity))
                    _activities.Enqueue(stopped);
            },
        };
        ActivitySource.AddActivityListener(_sources);
    }

    public IReadOnlyList<Activity> Activities => [.. _activities];

    public double Sum(string instrument, string? outcome = null) => _measurements
        .Where(measured => measured.Instrument == instrument && Tag(measured.Tags, ScottTelemetry.ModelTag) == _modelId)
        .Where(measured => outcome is null || Tag(measured.Tags, ScottTelemetry.OutcomeTag) == outcome)
        .Sum(measured => measured.Value);

    public void Dispose()
    {
        _meters.Dispose();
        _sources.Dispose();
    }

    private static string? Tag(KeyValuePair<string, object?>[] tags, string name) => (string?)tags.FirstOrDefault(tag => tag.Key == name).Value;

    private void Add(string instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _measurements.Enqueue((instrument, value, tags.ToArray()));
}
