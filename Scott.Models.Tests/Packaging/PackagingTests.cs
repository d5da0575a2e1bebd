namespace Scott.Models.Tests.Packaging;

/// <summary>Tests of the package: it is packed once for all of them, and they run while no other test does, for they build and time whole apps.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class PackagingTests : ICollectionFixture<PackedLibrary>
{
    public const string Name = "packaging";
}
