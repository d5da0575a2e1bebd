namespace Scott.Models.Foundation;

/// <summary>A model, or a dataset's archive, is not available, and trying again does not help.</summary>
public sealed class ModelUnavailableException : ScottException
{
    internal ModelUnavailableException(ModelUnavailability reason, string modelId, string message)
        : base(message) => (Reason, ModelId) = (reason, modelId);

    /// <summary>Why.</summary>
    public ModelUnavailability Reason { get; }

    /// <summary>The model asked for; empty for a folder's import or a dataset.</summary>
    public string ModelId { get; }
}

/// <summary>Why a model is not available.</summary>
public enum ModelUnavailability
{
    /// <summary>No manifest lists a model of that name.</summary>
    UnknownModel,
    /// <summary>The model is listed, but not in the pinned revision.</summary>
    UnknownRevision,
    /// <summary>The manifest describes an architecture to train; there are no weights.</summary>
    NoWeights,
    /// <summary>The weights need a newer version of this package.</summary>
    PackageTooOld,
    /// <summary>The files are not there, and the network is forbidden.</summary>
    Offline,
    /// <summary>None of the sources can be reached from where the manifest was read.</summary>
    NoSource,
    /// <summary>A folder to import from holds none of the files that the manifests describe.</summary>
    NotInFolder,
}
