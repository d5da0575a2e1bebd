namespace Scott.Models;

/// <summary>A model, or a dataset's archive, is not available, and trying again does not help.</summary>
public sealed class ModelUnavailableException : ScottException
{
    internal ModelUnavailableException(ModelUnavailableFault fault, string modelId, string message)
        : base(message) => (Fault, ModelId) = (fault, modelId);

    /// <summary>Why the model is not available.</summary>
    public ModelUnavailableFault Fault { get; }

    /// <summary>The requested model; empty for the import of a folder, and for a dataset.</summary>
    public string ModelId { get; }
}

/// <summary>Why a model is not available.</summary>
public enum ModelUnavailableFault
{
    /// <summary>No manifest lists a model of that name.</summary>
    UnknownModel,
    /// <summary>The model is listed, but not in the pinned revision.</summary>
    UnknownRevision,
    /// <summary>The manifest lists only an architecture to train, without weights.</summary>
    NoWeights,
    /// <summary>The weights need a newer version of this package.</summary>
    PackageTooOld,
    /// <summary>The files are not there, and the network is forbidden.</summary>
    Offline,
    /// <summary>No listed source can be used: a relative one needs a manifest with an address, and the package lacks the file.</summary>
    NoSource,
    /// <summary>The hub refuses access: the token is missing or wrong, or the publisher has to be asked first.</summary>
    AccessDenied,
    /// <summary>The repository of the hub has no file that is needed.</summary>
    MissingFile,
    /// <summary>The folder to import from has no file that the manifests describe.</summary>
    NotInFolder,
    /// <summary>The cache has no files of the model that could be verified.</summary>
    NotCached,
}
