using System.Text.RegularExpressions;
using Mono.Cecil;

namespace Scott.Models.Tests.Build;

/// <summary>Knows the source folder of every type of the library: an assembly knows only namespaces.</summary>
internal sealed partial class SourceFolders
{
    private readonly Dictionary<string, string> _folders = new(StringComparer.Ordinal);

    /// <summary>The folders that stand directly in the library's.</summary>
    public IEnumerable<string> TopFolders => _folders.Values.Select(folder => folder.Split('/')[0]).Distinct();

    public static SourceFolders Read()
    {
        var folders = new SourceFolders();
        string root = Path.Combine(Repository.Root, "Scott.Models");
        foreach (string path in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories))
        {
            string folder = Path.GetRelativePath(root, Path.GetDirectoryName(path)!).Replace('\\', '/');
            if (folder.Split('/')[0] is not ("bin" or "obj"))
                folders.Add(File.ReadAllText(path), folder);
        }

        return folders;
    }

    /// <summary>The folder, for example <c>Training/Loop</c>, of a type or of the type that it is nested in.</summary>
    public string FolderOf(TypeReference type)
    {
        TypeReference top = Outermost(type);
        return _folders.TryGetValue($"{top.Namespace}.{top.Name.Split('`')[0]}", out string? folder) ? folder
            : throw new InvalidOperationException($"The source file that declares {top.FullName} was not found.");
    }

    public static TypeReference Outermost(TypeReference type)
    {
        while (type.DeclaringType is not null)
            type = type.DeclaringType;

        return type;
    }

    private void Add(string source, string folder)
    {
        string space = Namespace().Match(source).Groups[1].Value;
        foreach (Match match in Declaration().Matches(source))
        {
            // A partial type, or a type and its generic form, may be declared again, in the same folder.
            string name = $"{space}.{match.Groups[1].Value}";
            Assert.True(_folders.TryAdd(name, folder) || _folders[name] == folder, $"{name} is declared in '{folder}' and in '{_folders[name]}'.");
        }
    }

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(
        @"^(?:public|internal)[\w ]*? (?:class|record struct|record|struct|interface|enum|delegate [\w<>?,. ]+?) (\w+)",
        RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
