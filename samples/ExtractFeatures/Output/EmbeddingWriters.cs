using ExtractFeatures.Options;
using ExtractFeatures.Running;

namespace ExtractFeatures.Output;

/// <summary>Picks the writer of a format.</summary>
internal static class EmbeddingWriters
{
    public static IEmbeddingSink Create(OutputFormat format, string path, EmbeddingShape shape) => format switch
    {
        OutputFormat.Npy => new NpyWriter(path, shape),
        OutputFormat.Csv => new CsvWriter(path, shape),
        _ => new ParquetEmbeddingWriter(path, shape),
    };
}
