using Mono.Cecil;

namespace Scott.Models.Tests.Build;

/// <summary>
/// TorchSharp lets go of a temporary <c>Scalar</c> while the native call that reads it is still running: a garbage collection at that moment frees it,
/// and the call fails or computes with what lies there. The library therefore makes scalars in one place, which holds on to them.
/// </summary>
public sealed class TorchScalarTests
{
    private const string Owner = "Scott.Models.Native.ScalarMath";
    private const string Scalar = "TorchSharp.Scalar";
    private const string Tensor = "TorchSharp.torch/Tensor";

    [Fact]
    public void Library_OutsideScalarMath_HandsNoScalarToTorch()
    {
        using AssemblyDefinition assembly = AssemblyDefinition.ReadAssembly(typeof(ScottModel).Assembly.Location);
        string[] faults =
        [
            ..
            from type in assembly.MainModule.GetTypes()
            where type.FullName != Owner
            from method in type.Methods
            where method.HasBody
            from instruction in method.Body.Instructions
            where instruction.Operand is MethodReference
            let called = (MethodReference)instruction.Operand
            where TakesScalar(called)
            select $"{method.FullName} calls {called.FullName}",
        ];
        Assert.True(faults.Length == 0, string.Join(Environment.NewLine, faults));
    }

    [Fact]
    public void ScalarMath_IsThere()
    {
        using AssemblyDefinition assembly = AssemblyDefinition.ReadAssembly(typeof(ScottModel).Assembly.Location);
        Assert.NotNull(assembly.MainModule.GetType(Owner));
    }

    /// <summary>A scalar by name, or an operator of a tensor and a number, which makes one. A conversion to a tensor does not.</summary>
    private static bool TakesScalar(MethodReference called) =>
        called.DeclaringType.FullName == Scalar
        || called.Parameters.Any(parameter => parameter.ParameterType.FullName.Contains(Scalar + "`", StringComparison.Ordinal) || parameter.ParameterType.FullName == Scalar)
        || (called.DeclaringType.FullName == Tensor && called.Name.StartsWith("op_", StringComparison.Ordinal) && called.Name != "op_Implicit" && called.Parameters.Any(parameter => parameter.ParameterType.IsPrimitive));
}
