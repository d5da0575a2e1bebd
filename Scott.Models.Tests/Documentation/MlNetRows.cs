using Microsoft.ML.Data;

namespace Scott.Models.Tests.Documentation;

// apps.md
public sealed class Image
{
    [ColumnName("images"), VectorType(3, 112, 112)]
    public float[] Pixels { get; set; } = new float[3 * 112 * 112];

    public string Label { get; set; } = string.Empty;
}

public sealed class Prediction
{
    [ColumnName("embedding")]
    public float[] Embedding { get; set; } = [];

    public string PredictedLabel { get; set; } = string.Empty;
}
// end
