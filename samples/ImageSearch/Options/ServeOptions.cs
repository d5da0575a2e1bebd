using System.Globalization;

namespace ImageSearch.Options;

/// <summary>What the command line asks for.</summary>
internal sealed record ServeOptions
{
    public const int DefaultPort = 5080;
    public const int DefaultMaximumUploadMebibytes = 10;
    public const int DefaultMatches = 12;

    private const int MaximumMatches = 100;

    /// <summary>The images to search, or <see langword="null"/> for drawn ones.</summary>
    public string? Folder { get; init; }

    /// <summary>The port; 0 for a free one.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>A pretrained model's id or a file, or <see langword="null"/> for what the configuration says.</summary>
    public string? Model { get; init; }

    /// <summary>The file of the classes, or <see langword="null"/> for one in the folder.</summary>
    public string? Classes { get; init; }

    public int MaximumUploadMebibytes { get; init; } = DefaultMaximumUploadMebibytes;

    /// <summary>How many images a search finds.</summary>
    public int Matches { get; init; } = DefaultMatches;

    public long MaximumUploadBytes => MaximumUploadMebibytes * 1024L * 1024;

    /// <exception cref="UsageException">A value is not legal.</exception>
    public void Validate()
    {
        if (Folder is not null && !Directory.Exists(Folder))
            throw new UsageException($"The folder '{Folder}' does not exist.");

        if (Classes is not null && (Directory.Exists(Classes) || !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(Classes)))))
            throw new UsageException($"--classes is '{Classes}'; expected a file in a folder that exists.");

        RequireRange("--port", Port, 0, ushort.MaxValue);
        RequireRange("--max-upload-mib", MaximumUploadMebibytes, 1, 1024);
        RequireRange("--top", Matches, 1, MaximumMatches);
    }

    private static void RequireRange(string option, int value, int lowest, int highest)
    {
        if (value < lowest || value > highest)
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{option} is {value}; expected {lowest} to {highest}."));
    }
}
