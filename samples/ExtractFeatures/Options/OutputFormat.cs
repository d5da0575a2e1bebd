namespace ExtractFeatures.Options;

/// <summary>What the output file is, by its extension.</summary>
internal enum OutputFormat
{
    /// <summary>A NumPy array, with the paths in a text file beside it.</summary>
    Npy,

    /// <summary>One line per image.</summary>
    Csv,

    /// <summary>A column of paths and a column of vectors.</summary>
    Parquet,
}
