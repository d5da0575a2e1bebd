using Mono.Cecil;

namespace Scott.Models.Tests.Build;

/// <summary>
/// Holds the map of <c>docs/architecture.md</c>: the library's rooms, which room may use which, the namespace of each room, and where types of
/// TorchSharp, ONNX Runtime and SkiaSharp may appear.
/// </summary>
public sealed class RoomTests : IDisposable
{
    /// <summary>The folders that may use a package with native code.</summary>
    public static TheoryData<string, string[]> Packages { get; } = new()
    {
        { "TorchSharp", ["Torch", "Inference/Torch", "Training"] },
        { "Microsoft.ML.OnnxRuntime", ["Onnx", "Inference"] },
        { "SkiaSharp", ["Imaging"] },
        { "BitMiracle.LibTiff.NET", ["Imaging"] },
        { "Parquet", ["Inference/Bulk"] },
        { "Microsoft.Extensions.AI.Abstractions", ["Hosting"] },
    };

    private readonly AssemblyDefinition _assembly = AssemblyDefinition.ReadAssembly(typeof(ScottModel).Assembly.Location);
    private readonly RoomTable _table = RoomTable.Read();
    private readonly SourceFolders _sources = SourceFolders.Read();

    public void Dispose() => _assembly.Dispose();

    [Fact]
    public void Types_OfEveryRoom_UseOnlyRoomsBelow()
    {
        string[] faults = [.. (
            from type in OwnTypes()
            let room = Room(type)
            from used in TypeReferences.Of(type)
            where used.Scope == _assembly.MainModule && IsOwn(used) && Room(used) != room && !_table.Below(room).Contains(Room(used))
            select $"{room}: {type.FullName} uses {used.FullName} of {Room(used)}").Distinct()];
        Assert.True(faults.Length == 0, string.Join(Environment.NewLine, faults));
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void Types_OfAPackage_AppearOnlyInItsFolders(string package, string[] folders)
    {
        bool Uses(TypeDefinition type) => TypeReferences.Of(type).Any(used => used.Scope.Name == package);
        string[] users = [.. OwnTypes().Where(Uses).Select(_sources.FolderOf).Distinct()];
        Assert.NotEmpty(users);
        Assert.All(users, user => Assert.Contains(folders, folder => user == folder || user.StartsWith(folder + "/", StringComparison.Ordinal)));
    }

    /// <summary>A room is a namespace, its sub-folders included; entry types of any room, and all of Models, are in the root namespace.</summary>
    [Fact]
    public void Types_OfEveryRoom_AreInItsNamespace() => Assert.All(
        OwnTypes().Where(type => type.DeclaringType is null),
        type => Assert.Contains(
            type.Namespace,
            Room(type) switch
            {
                "Models" => ["Scott.Models"],
                "Hosting" => ["Scott.Models", "Scott.Models.Hosting", "Microsoft.Extensions.DependencyInjection"],
                string room => (string[])["Scott.Models", $"Scott.Models.{room}"],
            }));

    [Fact]
    public void Folders_AtTheTop_AreTheRooms() =>
        Assert.Equal(_table.Rooms.Order(StringComparer.Ordinal), _sources.TopFolders.Order(StringComparer.Ordinal));

    [Fact]
    public void Rooms_UseEachOther_WithoutCycles() => Assert.All(_table.Rooms, room => Assert.DoesNotContain(room, _table.Below(room)));

    private IEnumerable<TypeDefinition> OwnTypes() => _assembly.MainModule.GetTypes().Where(IsOwn);

    /// <summary>Whether a type is written in the library or generated from its contracts, and not added by the compiler.</summary>
    private static bool IsOwn(TypeReference type)
    {
        TypeReference top = SourceFolders.Outermost(type);
        return top.Namespace.StartsWith("Scott.Models", StringComparison.Ordinal) || top.Namespace == "Microsoft.Extensions.DependencyInjection";
    }

    private string Room(TypeReference type) => _sources.FolderOf(type).Split('/')[0];
}
