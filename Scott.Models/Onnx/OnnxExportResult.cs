namespace Scott.Models.Onnx;

/// <summary>An ONNX file that was written.</summary>
/// <param name="Path">The file.</param>
/// <param name="FileBytes">Its size.</param>
/// <param name="Parity">How closely it agrees with the model, or <see langword="null"/> if that was not to be verified.</param>
public sealed record OnnxExportResult(string Path, long FileBytes, OnnxParityReport? Parity);
