using Scott.Models.Downloads;
using Scott.Models.Inference;
using Scott.Models.Zoo;

namespace Scott.Models.Hosting;

/// <summary>
/// Which model an app's feature extractor runs, and how. Can be bound from configuration: <see cref="Zoo"/> and <see cref="Extraction"/> are
/// sections whose keys are the names of their properties.
/// </summary>
public sealed class ScottFeatureExtractorOptions
{
    /// <summary>The default of <see cref="ModelId"/>: the model inside the package.</summary>
    public const string DefaultModelId = "scott-mini-112";

    /// <summary>The name of the <c>IHttpClientFactory</c>'s client that downloads models; add handlers or a proxy to it.</summary>
    public const string HttpClientName = "Scott.Models";

    /// <summary>A pretrained model's id. Not used with <see cref="ModelPath"/>.</summary>
    /// <value>Default: <see cref="DefaultModelId"/>.</value>
    public string ModelId { get; set; } = DefaultModelId;

    /// <summary>A model's file, written by <c>ScottModel.SaveAsync</c> or by fine-tuning.</summary>
    /// <value>Default: <see langword="null"/>, the pretrained <see cref="ModelId"/>.</value>
    public string? ModelPath { get; set; }

    /// <summary>
    /// Where a pretrained model is looked up, downloaded from and kept. Downloads use the client <see cref="HttpClientName"/> and the app's log
    /// unless <see cref="DownloadOptions.CreateHttpClient"/> or <see cref="DownloadOptions.Logger"/> is set.
    /// </summary>
    /// <value>Default: see <see cref="ZooOptions"/>.</value>
    public ZooOptions Zoo { get; set; } = new();

    /// <summary>How features are extracted.</summary>
    /// <value>Default: see <see cref="FeatureExtractionOptions"/>.</value>
    public FeatureExtractionOptions Extraction { get; set; } = new();

    /// <summary>Whether to load the model when the host starts, so that a fault shows then and the first request does not wait.</summary>
    /// <value>Default: <see langword="true"/>. Otherwise, or without a host, the first request loads it and waits.</value>
    public bool LoadAtStartup { get; set; } = true;

    /// <summary>Checks what can be checked before the model is loaded.</summary>
    /// <exception cref="ScottConfigurationException">At least one setting is not legal; the error lists all that are not.</exception>
    public void Validate()
    {
        var faults = new FaultList(nameof(ScottFeatureExtractorOptions));
        faults.Require(ModelPath is null or { Length: > 0 }, "ModelPath is empty; expected a file, or null for the pretrained model.");
        faults.Require(
            ModelPath is not null || !string.IsNullOrEmpty(ModelId), "ModelId is empty; expected a pretrained model's id, or a file in ModelPath.");
        faults.Require(Zoo is not null, "Zoo is null; expected options.");
        faults.Require(Extraction is not null, "Extraction is null; expected options.");
        faults.ThrowIfAny();
        Zoo!.Validate();
    }
}
