using System.Globalization;
using System.Text;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;
using Mono.Collections.Generic;

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
        "get_AbsoluteUri", "get_OriginalString", "get_Query", "get_UserInfo", "get_Fragment", "get_PathAndQuery", "GetComponents",
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
            from instruction in InstructionsOf(method)
            where instruction.Operand is MethodReference called
                && (Formats(called) || ((Reveals(called) || Writes(instruction, called)) && !Exceptions.Contains(owner)))
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

    /// <summary>The check itself: the compiler calls <c>Object.ToString</c> where the code calls that of an address.</summary>
    [Fact]
    public void Check_EachWayToWriteAnAddress_IsFound()
    {
        using AssemblyDefinition tests = AssemblyDefinition.ReadAssembly(typeof(AddressesAsText).Assembly.Location);
        TypeDefinition ways = tests.MainModule.GetType(typeof(AddressesAsText).FullName);
        string[] found =
        [
            ..
            from method in ways.Methods
            where InstructionsOf(method).Any(instruction =>
                instruction.Operand is MethodReference called && (Formats(called) || Reveals(called) || Writes(instruction, called)))
            select method.Name,
        ];
        Assert.Equal(ways.Methods.Select(method => method.Name).Where(name => name.StartsWith("By", StringComparison.Ordinal)), found);
        Assert.Equal(9, found.Length);
    }

    private static Collection<Instruction> InstructionsOf(MethodDefinition method)
    {
        // Each argument and local is then named by its operand.
        method.Body.SimplifyMacros();
        return method.Body.Instructions;
    }

    /// <summary>As in <c>$"{address}"</c>.</summary>
    private static bool Formats(MethodReference called) =>
        called.Name.StartsWith("Append", StringComparison.Ordinal)
        && called is GenericInstanceMethod generic
        && generic.GenericArguments.Any(argument => argument.FullName == Address);

    private static bool Reveals(MethodReference called) => called.DeclaringType.FullName == Address && Revealing.Contains(called.Name);

    /// <summary>Whether a call gets an address as an object, and gives its text. Only values that the code before it names are seen.</summary>
    private static bool Writes(Instruction call, MethodReference called) => (called.DeclaringType.FullName, called.Name) switch
    {
        ("System.Object", "ToString") => TypeOf(Giver(call.Previous)) == Address,
        ("System.String", "Concat" or "Format") or ("System.Text.StringBuilder", "Append") or ("System.Convert", "ToString") =>
            called.Parameters.Any(parameter => parameter.ParameterType.FullName == "System.Object") && Arguments(call, called).Contains(Address),
        _ => false,
    };

    /// <summary>The types of a call's arguments, the last one first.</summary>
    private static IEnumerable<string?> Arguments(Instruction call, MethodReference called)
    {
        Instruction? at = call.Previous;
        for (int left = called.Parameters.Count; left > 0; left--)
        {
            at = Giver(at);
            yield return TypeOf(at);

            // Past all that made this argument.
            for (int open = 1; open > 0 && at is not null; at = at.Previous)
                open += Takes(at) - Gives(at);
        }
    }

    /// <summary>The instruction that gives a value, past the test for null of <c>?.</c>.</summary>
    private static Instruction? Giver(Instruction? at)
    {
        while (at?.OpCode.Code is Code.Nop or Code.Br or Code.Ldnull or Code.Pop or Code.Brtrue or Code.Dup or Code.Ret)
            at = at.Previous;

        return at;
    }

    private static string? TypeOf(Instruction? giver) => giver is null ? null : giver.Operand switch
    {
        ParameterDefinition parameter => parameter.ParameterType.FullName,
        VariableDefinition variable => variable.VariableType.FullName,
        FieldReference field => field.FieldType.FullName,
        MethodReference made when giver.OpCode.Code == Code.Newobj => made.DeclaringType.FullName,
        MethodReference called => Returned(called).FullName,
        TypeReference type => type.FullName,
        _ => null,
    };

    /// <summary>What a method returns, for a generic one what its parameter stands for.</summary>
    private static TypeReference Returned(MethodReference called) => (called.ReturnType, called, called.DeclaringType) switch
    {
        (GenericParameter { Type: GenericParameterType.Method } own, GenericInstanceMethod method, _) => method.GenericArguments[own.Position],
        (GenericParameter { Type: GenericParameterType.Type } outer, _, GenericInstanceType type) => type.GenericArguments[outer.Position],
        _ => called.ReturnType,
    };

    /// <summary>How many values an instruction takes from the stack; its kind names each of them.</summary>
    private static int Takes(Instruction instruction) => (instruction.OpCode.StackBehaviourPop, instruction.Operand) switch
    {
        (StackBehaviour.Varpop, MethodReference called) =>
            called.Parameters.Count + (called.HasThis && instruction.OpCode.Code != Code.Newobj ? 1 : 0),
        (StackBehaviour.Pop0 or StackBehaviour.Varpop or StackBehaviour.PopAll, _) => 0,
        (StackBehaviour kind, _) => kind.ToString().Count(letter => letter == '_') + 1,
    };

    private static int Gives(Instruction instruction) => (instruction.OpCode.StackBehaviourPush, instruction.Operand) switch
    {
        (StackBehaviour.Varpush, MethodReference called) => called.ReturnType.FullName == "System.Void" ? 0 : 1,
        (StackBehaviour.Push0, _) => 0,
        (StackBehaviour.Push1_push1, _) => 2,
        _ => 1,
    };

    /// <summary>Records write their members by themselves; those that hold an address and can reach people write it anew.</summary>
    private static bool IsRecordsOwn(MethodDefinition method) => method.Name == "PrintMembers";

    private static string OwnerOf(TypeDefinition type)
    {
        while (type.DeclaringType is not null)
            type = type.DeclaringType;

        return type.FullName;
    }
}

/// <summary>The ways to write an address that <see cref="AddressDisplayTests"/> must find, which begin with By, and some harmless code.</summary>
internal static class AddressesAsText
{
    private static readonly Uri Kept = new("https://example.org/");

    public static string ByCall(Uri address) => address.ToString();

    public static string ByCallOfAField() => Kept.ToString();

    public static string? ByCallUnlessNull(HttpRequestMessage request) => request.RequestUri?.ToString();

    public static string ByCallOfAnElement(List<Uri> addresses) => addresses[0].ToString();

    public static string BySum(Uri address) => "at " + address;

    public static string ByInterpolation(Uri address) => $"at {address}";

    public static string ByConcatenation(Uri address, object other) => string.Concat(address, other);

    public static string ByBuilder(Uri address, StringBuilder text) => text.Append(address).ToString();

    public static string ByProperty(Uri address) => address.AbsoluteUri;

    public static string Host(Uri address, object other) => string.Concat(address.Host, other);

    public static string Port(Uri address) => address.Port.ToString(CultureInfo.InvariantCulture) + Kept.Host;
}
