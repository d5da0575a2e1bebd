namespace Scott.Models.Onnx;

/// <summary>What an export is at. It reports each stage as it begins.</summary>
public enum OnnxExportStage
{
    /// <summary>Emitting the graph and converting the weights.</summary>
    Emitting,

    /// <summary>Running the graph and what it is compared with.</summary>
    Verifying,

    /// <summary>Writing the file.</summary>
    Writing,
}
