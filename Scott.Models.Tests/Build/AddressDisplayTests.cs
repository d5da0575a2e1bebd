using Mono.Cecil;

namespace Scott.Models.Tests.Build;

/// <summary>
/// An address can hold a signature or a password, so the library turns one into text in one place, which leaves those out. Elsewhere no address is
/// formatted, and none of its parts that can be secret is read.
/// </summary>
public sealed class AddressDisplayTests
{
    private const string Owner = "Scott.Models.Foundation.AddressText";
    private const string Address = "System.Uri";

    /// <summary>Where text of an address is needed for something other than people.</summary>
    private static readonly HashSet<string> Exceptions = new(StringComparer.Ordinal)
    {
        // The rules over which addresses are asked, and over a mirror's form.
        "Scott.Models.Downloads.SafeAddress",

        // A hash that names the copy of a manifest.
        "Scott.Models.Zoo.ModelCache",

        // Whether a redirect has user information, which is not shown.
        "Scott.Models.Downloads.HttpExchange",
    };

    private static readonly string[] Revealing =
    [
        "ToString", "get_AbsoluteUri", "get_OriginalString", "get_Query", "get_UserInfo", "get_Fragment", "get_PathAndQuery", "GetComponents",
    ];

    [Fact]
    public void Library_Everywhere_FormatsAddressesInOnePlace()
    {
        using AssemblyDefinition library = AssemblyDefinition.ReadAssembly(typeof(ScottModel).Assembly.Location);
        string[] faults =
        [
            ..
            from type in library.MainModule.GetTypes()
            let owner = OwnerOf(type)
            where owner != Owner
            from method in type.Methods
            where method.HasBody && !IsRecordsOwn(method)
            from instruction in method.Body.Instructions
            where instruction.Operand is MethodReference called && (Formats(called) || (Reveals(called) && !Exceptions.Contains(owner)))
            select $"{method.FullName} calls {((MethodReference)instruction.Operand).FullName}",
        ];
        Assert.True(faults.Length == 0, string.Join(Environment.NewLine, faults));
    }

    [Fact]
    public void Owner_IsThereAndReadsAddresses()
    {
        using AssemblyDefinition library = AssemblyDefinition.ReadAssembly(typeof(ScottModel).Assembly.Location);
        TypeDefinition owner = library.MainModule.GetType(Owner);
        Assert.Contains(
            owner.Methods.SelectMany(method => method.Body.Instructions),
            instruction => instruction.Operand is MethodReference called && Reveals(called));
        Assert.All(Exceptions, name => Assert.NotNull(library.MainModule.GetType(name)));
    }

    /// <summary>As in <c>$"{address}"</c>.</summary>
    private static bool Formats(MethodReference called) =>
        called.Name.StartsWith("Append", StringComparison.Ordinal)
        && called is GenericInstanceMethod generic
        && generic.GenericArguments.Any(argument => argument.FullName == Address);

    private static bool Reveals(MethodReference called) => called.DeclaringType.FullName == Address && Revealing.Contains(called.Name);

    /// <summary>Records write their members by themselves; those that hold an address and can reach people write it anew.</summary>
    private static bool IsRecordsOwn(MethodDefinition method) => method.Name == "PrintMembers";

    private static string OwnerOf(TypeDefinition type)
    {
        while (type.DeclaringType is not null)
            type = type.DeclaringType;

        return type.FullName;
    }
}
