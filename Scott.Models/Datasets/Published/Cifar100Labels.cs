namespace Scott.Models.Datasets;

/// <summary>Which label of a CIFAR-100 image is its class.</summary>
public enum Cifar100Labels
{
    /// <summary>One of 100 kinds.</summary>
    Fine,

    /// <summary>One of 20 groups of kinds.</summary>
    Coarse,
}
