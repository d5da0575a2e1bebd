namespace Scott.Models.Foundation;

/// <summary>The version of this package.</summary>
internal static class PackageVersion
{
    private const int Parts = 3;

    public static Version Current { get; } = Version.Parse(typeof(PackageVersion).Assembly.GetName().Version!.ToString(Parts));
}
