namespace Scott.Models.Foundation;

/// <summary>The version of this package.</summary>
internal static class PackageVersion
{
    public static Version Current { get; } = Version.Parse(typeof(PackageVersion).Assembly.GetName().Version!.ToString(fieldCount: 3));
}
