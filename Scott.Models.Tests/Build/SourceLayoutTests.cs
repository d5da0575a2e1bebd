using System.Globalization;
using System.Text.RegularExpressions;

namespace Scott.Models.Tests.Build;

/// <summary>Keeps the source small: short files, short lines, and a library of a limited size.</summary>
public sealed partial class SourceLayoutTests
{
    private const int LongestFile = 300;
    private const int LongestLine = 150;

    private static readonly (string Path, string[] Lines)[] Files = [.. Read(Repository.Root)];

    [Fact]
    public void Files_OfTheRepository_AreShort() => AssertNone(
        from file in Files
        where file.Lines.Length > LongestFile
        select $"{file.Path} has {file.Lines.Length} lines; at most {LongestFile} are allowed.");

    [Fact]
    public void Lines_OfTheRepository_AreShort() => AssertNone(
        from file in Files
        from line in file.Lines.Index()
        where line.Item.Length > LongestLine
        select $"{file.Path}:{line.Index + 1} has {line.Item.Length} columns; at most {LongestLine} are allowed.");

    /// <summary>As the IDE sorts them: System first, then by name, then static ones, then aliases. No compiler warning says so.</summary>
    [Fact]
    public void Usings_OfTheRepository_AreSorted() => AssertNone(
        from file in Files
        let start = file.Lines.TakeWhile(line => line.Length == 0 || line.StartsWith("using ", StringComparison.Ordinal))
        let usings = start.Where(line => line.Length > 0)
        where !usings.SequenceEqual(usings.OrderBy(Rank).ThenBy(line => line.TrimEnd(';'), StringComparer.OrdinalIgnoreCase))
        select $"{file.Path}: its using directives are not sorted.");

    /// <summary>What the whole process allocates says nothing while other tests run.</summary>
    [Fact]
    public void Tests_ThatMeasureTheWholeProcess_RunAlone() => AssertNone(
        from file in Files
        where file.Lines.Any(line => line.Contains(nameof(GC.GetTotalAllocatedBytes) + "(", StringComparison.Ordinal))
            && file.Path.StartsWith("Scott.Models.Tests/", StringComparison.Ordinal)
            && !file.Lines.Contains("[Collection(AloneTests.Name)]")
        select $"{file.Path}: measures the process beside other tests. Put its class into the collection {nameof(AloneTests)}.");

    /// <summary>CONTRIBUTING.md states the limits.</summary>
    [Fact]
    public void Library_Size_IsLimited()
    {
        Match limits = Limits().Match(File.ReadAllText(Path.Combine(Repository.Root, "CONTRIBUTING.md")));
        Assert.True(limits.Success, "CONTRIBUTING.md does not say how many lines and files the library may have.");
        (string Path, string[] Lines)[] library = [.. Files.Where(file => file.Path.StartsWith("Scott.Models/", StringComparison.Ordinal))];
        Assert.InRange(library.Length, 1, Number(limits.Groups["files"]));
        Assert.InRange(library.Sum(file => file.Lines.Length), 1, Number(limits.Groups["lines"]));
    }

    [GeneratedRegex(@"the\s+library\s+has\s+at\s+most\s+(?<lines>\d[\d\s]*)\s+lines\s+in\s+at\s+most\s+(?<files>\d[\d\s]*)\s+files")]
    private static partial Regex Limits();

    /// <summary>A number that may have spaces between its thousands.</summary>
    private static int Number(Group digits) => int.Parse(string.Concat(digits.Value.Where(char.IsAsciiDigit)), CultureInfo.InvariantCulture);

    private static int Rank(string line) =>
        line.Contains('=', StringComparison.Ordinal) ? 3
        : line.StartsWith("using static ", StringComparison.Ordinal) ? 2
        : line.StartsWith("using System", StringComparison.Ordinal) ? 0
        : 1;

    private static void AssertNone(IEnumerable<string> faults) => Assert.True(!faults.Any(), string.Join(Environment.NewLine, faults));

    /// <summary>The C# files below a folder, with paths from the repository's root. What a build or a run writes does not count.</summary>
    private static IEnumerable<(string Path, string[] Lines)> Read(string folder)
    {
        foreach (string path in Directory.EnumerateFiles(folder, "*.cs"))
            yield return (Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'), File.ReadAllLines(path));

        foreach (string child in Directory.EnumerateDirectories(folder))
        {
            string name = Path.GetFileName(child);
            if (name is not ("bin" or "obj" or "artifacts") && !name.StartsWith('.'))
            {
                foreach ((string Path, string[] Lines) file in Read(child))
                    yield return file;
            }
        }
    }
}
