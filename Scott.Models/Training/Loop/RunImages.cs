using Scott.Models.Datasets;

namespace Scott.Models.Training;

/// <summary>Images that decide what a run ends in.</summary>
/// <param name="Role">What the run does with them: <see cref="Training"/> or <see cref="Validation"/>.</param>
/// <param name="Dataset">The images.</param>
/// <param name="HasLabels">Whether their labels count.</param>
internal sealed record RunImages(string Role, IImageDataset Dataset, bool HasLabels)
{
    /// <summary>The run learns from them.</summary>
    public const string Training = "training";

    /// <summary>The run chooses its best epoch by them.</summary>
    public const string Validation = "validation";

    /// <summary>What messages call one of them.</summary>
    public static string NounOf(string role) => role == Training ? "image" : $"{role} image";
}
