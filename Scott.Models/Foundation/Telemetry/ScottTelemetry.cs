namespace Scott.Models;

/// <summary>
/// Names of the activities and metrics of this package. With OpenTelemetry: <c>tracing.AddSource(ScottTelemetry.ActivitySourceName)</c> and
/// <c>metrics.AddMeter(ScottTelemetry.MeterName)</c>. Without a listener nothing is recorded, at almost no cost.
/// </summary>
/// <remarks>Names follow OpenTelemetry's conventions: lower case, dots between parts, units by UCUM.</remarks>
public static class ScottTelemetry
{
    /// <summary>
    /// The name of the <see cref="System.Diagnostics.ActivitySource"/>. Activities: <c>scott.embed</c> and <c>scott.classify</c> (a call for one
    /// image, or for many images with their number as <c>scott.images</c>), <c>scott.pretrain</c>, <c>scott.distill</c> and
    /// <c>scott.fine_tune</c> (a run), <c>scott.download</c> (a file, named by <c>scott.file</c>).
    /// </summary>
    public const string ActivitySourceName = "Scott.Models";

    /// <summary>The name of the <see cref="System.Diagnostics.Metrics.Meter"/>.</summary>
    public const string MeterName = "Scott.Models";

    /// <summary>Counter, <c>{image}</c>: images computed or in error; in training, the images of steps. Tags: operation, model, outcome.</summary>
    public const string ImagesInstrument = "scott.images";

    /// <summary>Histogram, <c>s</c>: the time of one batch, including decoding, or of one training step. Tags: operation, model.</summary>
    public const string BatchDurationInstrument = "scott.batch.duration";

    /// <summary>Histogram, <c>{image}</c>: the images of one batch, or of one training step. Tags: operation, model.</summary>
    public const string BatchSizeInstrument = "scott.batch.size";

    /// <summary>Counter, <c>By</c>: the bytes that came over the network for the file of a model or the archive of a dataset, including failed
    /// attempts. Tags: model (empty for an archive).</summary>
    public const string DownloadBytesInstrument = "scott.download.bytes";

    /// <summary>The tag that names the operation: <c>embed</c>, <c>classify</c>, <c>pretrain</c>, <c>distill</c> or
    /// <c>fine_tune</c>.</summary>
    public const string OperationTag = "scott.operation";

    /// <summary>The tag that names the model by its id.</summary>
    public const string ModelTag = "scott.model";

    /// <summary>The tag that says whether an image could be read: <c>success</c> or <c>error</c>.</summary>
    public const string OutcomeTag = "scott.outcome";
}
