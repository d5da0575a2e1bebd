namespace Scott.Models.Foundation;

/// <summary>Reports one operation to telemetry under its name. Thread-safe.</summary>
internal sealed record Operation(string Name, string ModelId)
{
    public const string Embed = "embed";
    public const string Classify = "classify";
    public const string Pretrain = "pretrain";
    public const string Distill = "distill";
    public const string FineTune = "fine_tune";
    public const string Download = "download";

    /// <summary>Starts an activity; disposing of it ends it. <see langword="null"/> if nobody listens.</summary>
    public Activity? Start() => Instruments.Activities.StartActivity($"scott.{Name}")?.SetTag(ScottTelemetry.ModelTag, ModelId);

    /// <summary>Marks an activity as failed. Cancellation by the caller is not a failure.</summary>
    public static void Fail(Activity? activity, Exception exception, CancellationToken cancellationToken)
    {
        if (activity is not null && !(exception is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            activity.AddException(exception);
            activity.SetStatus(ActivityStatusCode.Error, exception.Message);
        }
    }

    /// <summary>Records one batch or training step: images computed, images that could not be read, and the time with decoding.</summary>
    public void RecordBatch(int succeeded, int failed, TimeSpan duration)
    {
        TagList tags = new([new(ScottTelemetry.OperationTag, Name), new(ScottTelemetry.ModelTag, ModelId)]);
        Instruments.BatchDuration.Record(duration.TotalSeconds, tags);
        if (succeeded > 0)
            Instruments.BatchSize.Record(succeeded, tags);

        AddImages(succeeded, "success");
        AddImages(failed, "error");
    }

    private void AddImages(int count, string outcome)
    {
        if (count > 0)
        {
            Instruments.Images.Add(
                count, new(ScottTelemetry.OperationTag, Name), new(ScottTelemetry.ModelTag, ModelId), new(ScottTelemetry.OutcomeTag, outcome));
        }
    }
}
