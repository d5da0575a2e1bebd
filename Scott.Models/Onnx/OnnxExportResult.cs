namespace Scott.Models.Onnx;

/// <summary>An ONNX file that was written.</summary>
/// <param name="Path">The file.</param>
/// <param name="FileBytes">The size of the file in bytes.</param>
/// <param name="Parity">How closely it agrees with the model, or <see langword="null"/> without verification.</param>
public sealed record OnnxExportResult(string Path, long FileBytes, OnnxParityReport? Parity);

/// <summary>A stage of an export, reported when it begins.</summary>
public enum OnnxExportStage
{
    /// <summary>Measuring the ranges of activations on images, for 8-bit integers with calibration images.</summary>
    Calibrating,
    /// <summary>Emitting the graph and converting the weights.</summary>
    Emitting,
    /// <summary>Running the graph and the reference that it is compared with.</summary>
    Verifying,
    /// <summary>Writing the file.</summary>
    Writing,
}
