using Scott.Models.Downloads;
using Scott.Models.Inference;
using Scott.Models.Zoo;

namespace Scott.Models.Hosting;

/// <summary>
/// The model of an app's feature extractor, and how it runs. Can be bound from configuration: <see cref="Zoo"/> and <see cref="Extraction"/> are
/// sections whose keys are the names of their properties.
/// </summary>
public sealed class ScottFeatureExtractorOptions
{
    /// <summary>The default of <see cref="ModelId"/>: <see cref="ScottModels.DefaultId"/>.</summary>
    public const string DefaultModelId = ScottModels.DefaultId;

    /// <summary>The name of the <c>IHttpClientFactory</c> client that downloads models. Use it to add handlers or a proxy.</summary>
    public const string HttpClientName = "Scott.Models";

    /// <summary>The id of a pretrained model. Not used if <see cref="ModelPath"/> or <see cref="HuggingFaceRepository"/> is set.</summary>
    /// <value>Default: <see cref="DefaultModelId"/>.</value>
    public string ModelId { get; set; } = DefaultModelId;

    /// <summary>
    /// The path of a model file that <c>ScottModel.SaveAsync</c> or fine-tuning wrote, or of a folder with the files of a Hugging Face repository.
    /// </summary>
    /// <value>Default: <see langword="null"/>, the pretrained <see cref="ModelId"/>.</value>
    public string? ModelPath { get; set; }

    /// <summary>A standard ViT of the Hugging Face Hub, for example <c>timm/vit_small_patch14_dinov2.lvd142m</c>.</summary>
    /// <value>Default: <see langword="null"/>, the pretrained <see cref="ModelId"/>.</value>
    public string? HuggingFaceRepository { get; set; }

    /// <summary>A branch, a tag or a commit of <see cref="HuggingFaceRepository"/>. Pin a commit, so that the app keeps its weights.</summary>
    /// <value>Default: <see langword="null"/>, the branch <c>main</c>.</value>
    public string? HuggingFaceRevision { get; set; }

    /// <summary>
    /// Where a pretrained model is looked up and kept, and how downloaded. Downloads use the client <see cref="HttpClientName"/> and the app's log
    /// unless <see cref="DownloadOptions.CreateHttpClient"/> or <see cref="DownloadOptions.Logger"/> is set.
    /// </summary>
    /// <value>Default: see <see cref="ZooOptions"/>.</value>
    public ZooOptions Zoo { get; set; } = new();

    /// <summary>How features are extracted.</summary>
    /// <value>Default: see <see cref="FeatureExtractionOptions"/>.</value>
    public FeatureExtractionOptions Extraction { get; set; } = new();

    /// <summary>Whether to load the model when the host starts: a fault then shows at once, and the first request does not wait.</summary>
    /// <value>Default: <see langword="true"/>. If <see langword="false"/>, or without a host, the first request loads the model and waits.</value>
    public bool LoadAtStartup { get; set; } = true;

    /// <summary>Checks the settings, before the model is loaded. <see cref="Extraction"/> is checked only when the model is known.</summary>
    /// <exception cref="ScottConfigurationException">At least one setting is not legal; the error lists all that are not.</exception>
    public void Validate()
    {
        var faults = new FaultList(nameof(ScottFeatureExtractorOptions));
        faults.Require(ModelPath is null or { Length: > 0 }, "ModelPath is empty; expected a file, or null for the pretrained model.");
        faults.Require(
            ModelPath is not null || HuggingFaceRepository is not null || !string.IsNullOrEmpty(ModelId),
            "ModelId is empty; expected a pretrained model's id, a file in ModelPath, or a repository in HuggingFaceRepository.");
        RequireHub(faults);
        faults.Require(Zoo is not null, "Zoo is null; expected options.");
        faults.Require(Extraction is not null, "Extraction is null; expected options.");
        faults.ThrowIfAny();
        Zoo!.Validate();
    }

    private void RequireHub(FaultList faults)
    {
        faults.Require(ModelPath is null || HuggingFaceRepository is null, "ModelPath and HuggingFaceRepository are both set; expected one of them.");
        faults.Require(
            HuggingFaceRepository is null || HubRepository.IsName(HuggingFaceRepository),
            $"HuggingFaceRepository is '{Quoted.Value(HuggingFaceRepository ?? string.Empty)}'; expected {HubRepository.ExpectedName}.");
        faults.Require(
            HuggingFaceRevision is null || HuggingFaceRepository is not null, "HuggingFaceRevision is set; expected HuggingFaceRepository with it.");
        faults.Require(
            HuggingFaceRevision is null || HubRepository.IsRevision(HuggingFaceRevision),
            $"HuggingFaceRevision is '{Quoted.Value(HuggingFaceRevision ?? string.Empty)}'; expected {HubRepository.ExpectedRevision}.");
    }
}
