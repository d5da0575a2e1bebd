using Scott.Models.Downloads;

namespace Scott.Models.Zoo;

/// <summary>Reads a source of a manifest's model.</summary>
internal static class ManifestSourceReader
{
    /// <returns>The source, or <see langword="null"/> if its kind is not known.</returns>
    public static ManifestSource? Read(ManifestNode node)
    {
        switch (node.Text("kind"))
        {
            case "embedded":
                return new ManifestSource(ManifestSourceKind.Embedded, string.Empty);
            case "relative":
                string folder = node.OptionalText("address") ?? string.Empty;
                if (!ZooAddress.IsRelativeFolder(folder))
                {
                    node.Fault(
                        "address",
                        $"is '{AddressText.Of(folder)}'; expected a folder below the manifest's, such as 'weights/', each part {SafeName.Expected}.");
                }

                return new ManifestSource(ManifestSourceKind.Relative, folder);
            case "mirror":
                return ReadMirror(node, node.Text("address"));
            case { Length: > 0 } other:
                node.Fault("kind", $"is '{Quoted.Value(other)}'; expected embedded, relative or mirror.");
                return null;
            default:
                return null;
        }
    }

    private static ManifestSource ReadMirror(ManifestNode node, string address)
    {
        bool isLegal = Uri.TryCreate(address, UriKind.Absolute, out Uri? parsed)
            && ZooAddress.IsAllowed(parsed)
            && parsed.AbsolutePath.EndsWith('/')
            && parsed.Query.Length == 0
            && parsed.Fragment.Length == 0;
        if (address.Length > 0 && !isLegal)
        {
            node.Fault("address", $"is '{AddressText.Of(address)}'; expected {ZooAddress.Expected}, without user, query or fragment, that ends in '/'.");
        }

        return new ManifestSource(ManifestSourceKind.Mirror, address);
    }
}
