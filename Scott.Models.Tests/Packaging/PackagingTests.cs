namespace Scott.Models.Tests.Packaging;

/// <summary>Tests of the package, which is packed once for all of them. They run alone, because they build and time whole apps.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class PackagingTests : ICollectionFixture<PackedLibrary>
{
    public const string Name = "packaging";
}
