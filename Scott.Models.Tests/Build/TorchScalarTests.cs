using Mono.Cecil;
using TorchSharp;

namespace Scott.Models.Tests.Build;

/// <summary>
/// TorchSharp does not hold a temporary <c>Scalar</c> while a native call reads it: a garbage collection at that moment frees it, and the call fails
/// or reads freed memory. So the library makes scalars in one place, which holds them. Many methods make one where nobody expects it, the sum of two
/// tensors among them: these tests find them in TorchSharp itself, and the library calls none of them.
/// </summary>
public sealed class TorchScalarTests
{
    private const string Owner = "Scott.Models.Torch.ScalarMath";
    private const string Scalar = "TorchSharp.Scalar";

    [Fact]
    public void Library_Everywhere_HandsTorchNoScalarThatNothingHolds()
    {
        using AssemblyDefinition library = AssemblyDefinition.ReadAssembly(typeof(ScottModel).Assembly.Location);
        HashSet<string> makers = MakersOfScalars();
        string[] faults =
        [
            ..
            from call in Calls(library)
            let makesScalar = makers.Contains(call.Called.FullName)
            where call.Caller.DeclaringType.FullName == Owner
                ? makesScalar && !IsScalar(call.Called.ReturnType)
                : makesScalar || TakesScalar(call.Called)
            select $"{call.Caller.FullName} calls {call.Called.FullName}",
        ];
        Assert.True(faults.Length == 0, string.Join(Environment.NewLine, faults));
    }

    [Fact]
    public void MakersOfScalars_InTorchSharp_AreFound()
    {
        HashSet<string> makers = MakersOfScalars();
        string tensor = "TorchSharp.torch/Tensor";
        Assert.Contains($"{tensor} {tensor}::op_Addition({tensor},{tensor})", makers);
        Assert.Contains($"{tensor} {tensor}::square()", makers);
        Assert.DoesNotContain($"{tensor} {tensor}::op_Multiply({tensor},{tensor})", makers);
    }

    [Fact]
    public void ScalarMath_IsThere()
    {
        using AssemblyDefinition library = AssemblyDefinition.ReadAssembly(typeof(ScottModel).Assembly.Location);
        Assert.NotNull(library.MainModule.GetType(Owner));
    }

    /// <summary>Every method of TorchSharp that makes a scalar, or calls one that does.</summary>
    private static HashSet<string> MakersOfScalars()
    {
        using AssemblyDefinition torch = AssemblyDefinition.ReadAssembly(typeof(torch).Assembly.Location);
        ILookup<string, string> callers = Calls(torch).ToLookup(call => call.Called.FullName, call => call.Caller.FullName);
        var found = torch.MainModule.GetTypes().SelectMany(type => type.Methods).Where(IsMaker).Select(method => method.FullName).ToHashSet();
        var open = new Queue<string>(found);
        while (open.TryDequeue(out string? method))
        {
            foreach (string caller in callers[method].Where(found.Add))
                open.Enqueue(caller);
        }

        return found;
    }

    private static IEnumerable<(MethodDefinition Caller, MethodReference Called)> Calls(AssemblyDefinition assembly) =>
        from type in assembly.MainModule.GetTypes()
        from method in type.Methods
        where method.HasBody
        from instruction in method.Body.Instructions
        where instruction.Operand is MethodReference
        select (method, ((MethodReference)instruction.Operand).GetElementMethod());

    private static bool IsMaker(MethodDefinition method) =>
        IsScalar(method.ReturnType) || (method.IsConstructor && method.DeclaringType.FullName == Scalar);

    private static bool TakesScalar(MethodReference called) =>
        IsScalar(called.DeclaringType) || called.Parameters.Any(parameter => IsScalar(parameter.ParameterType));

    private static bool IsScalar(TypeReference type) =>
        type.FullName == Scalar || (type is GenericInstanceType generic && generic.GenericArguments.Any(IsScalar));
}
