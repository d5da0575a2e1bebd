using Scott.Models.Inference;

namespace Scott.Models.Hosting;

/// <summary>The file of an app's classifier, and how it runs. Can be bound from configuration: <see cref="Classification"/> is a section whose keys
/// are the names of its properties.</summary>
public sealed class ScottImageClassifierOptions
{
    /// <summary>The path of the file that <c>ScottClassifier.SaveAsync</c> or fine-tuning wrote, or of a folder with the files of a Hugging Face
    /// repository that has a classifier's head.</summary>
    /// <value>Must be set.</value>
    public string? ModelPath { get; set; }

    /// <summary>How images are classified.</summary>
    /// <value>Default: see <see cref="ClassificationOptions"/>.</value>
    public ClassificationOptions Classification { get; set; } = new();

    /// <summary>Whether to load the classifier when the host starts: a fault then shows at once, and the first request does not wait.</summary>
    /// <value>Default: <see langword="true"/>. If <see langword="false"/>, or without a host, the first request loads it and waits.</value>
    public bool LoadAtStartup { get; set; } = true;

    /// <summary>Checks the settings, before the classifier is loaded. <see cref="Classification"/> is checked only when the model is known.</summary>
    /// <exception cref="ScottConfigurationException">At least one setting is not legal; the error lists all that are not.</exception>
    public void Validate()
    {
        var faults = new FaultList(nameof(ScottImageClassifierOptions));
        faults.Require(!string.IsNullOrEmpty(ModelPath), "ModelPath is not set; expected a classifier's file.");
        faults.Require(Classification is not null, "Classification is null; expected options.");
        faults.ThrowIfAny();
    }
}
