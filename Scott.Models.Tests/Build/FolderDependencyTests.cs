using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Scott.Models.Tests.Build;

/// <summary>
/// Holds the layering: a folder is a namespace, and may use only what stands in its row, plus Errors, Configuration, Common and Telemetry.
/// </summary>
public sealed class FolderDependencyTests
{
    private const string RootNamespace = "Scott.Models";

    /// <summary>The folder that only what stands above it may use.</summary>
    private const string Root = "";

    private static readonly string[] UsableByAll = ["Errors", "Configuration", "Common", "Telemetry"];

    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Errors"] = [],
        ["Configuration"] = [],
        ["Common"] = [],
        ["Telemetry"] = [],
        ["Weights"] = [],
        ["Masking"] = [],
        ["Native"] = [],
        ["Imaging"] = [],
        ["Zoo"] = ["Weights"],
        ["Onnx"] = ["Native", "Weights"],
        ["Data"] = ["Imaging", "Masking"],
        ["Layers"] = ["Native", "Weights"],
        ["Backbones"] = ["Native", "Weights", "Layers"],
        ["Heads"] = ["Layers", "Weights"],
        ["Features"] = ["Imaging", "Onnx", "Backbones", "Heads", "Layers", "Native", "Weights"],
        ["Classification"] = ["Data", "Evaluation", "Features", "Imaging", "Onnx", "Native", "Weights"],
        ["Evaluation"] = ["Backbones", "Heads", "Layers", "Data", "Imaging", "Native", "Optimization", "Weights", "Features", "Reports"],
        ["Optimization"] = ["Native", "Weights"],
        ["Reports"] = [],
        ["Training"] = ["Data", "Imaging", "Native", "Optimization", "Weights", "Reports"],
        ["FineTuning"] = ["Backbones", "Data", "Evaluation", "Heads", "Imaging", "Layers", "Native", "Optimization", "Reports", "Training", "Weights"],
        ["DependencyInjection"] = [Root, "Features", "Onnx", "Zoo"],
        ["Pretraining"] = ["Backbones", "Data", "Imaging", "Layers", "Native", "Optimization", "Weights", "Masking", "Evaluation", "Reports", "Training"],
    };

    [Fact]
    public void Types_EveryFolder_UseOnlyWhatItsRowAllows()
    {
        using AssemblyDefinition assembly = AssemblyDefinition.ReadAssembly(typeof(ScottModel).Assembly.Location);
        List<string> faults = [];
        foreach (TypeDefinition type in assembly.MainModule.GetTypes())
        {
            string? folder = Folder(type);
            if (string.IsNullOrEmpty(folder))
            {
                continue;
            }

            Assert.True(Allowed.ContainsKey(folder), $"Folder {folder} has no row in the table of {nameof(FolderDependencyTests)}.");
            faults.AddRange(References(type)
                .Where(used => used.Scope == assembly.MainModule && !IsAllowed(folder, used))
                .Select(used => $"{type.FullName} uses {used.FullName}"));
        }

        Assert.Empty(faults.Distinct());
    }

    [Fact]
    public void Table_EveryRow_NamesAFolderWithTypes()
    {
        using AssemblyDefinition assembly = AssemblyDefinition.ReadAssembly(typeof(ScottModel).Assembly.Location);
        var folders = assembly.MainModule.GetTypes().Select(Folder).ToHashSet();
        Assert.All(Allowed.Keys, folder => Assert.Contains(folder, folders));
    }

    [Fact]
    public void Table_UsesWithoutCycles()
    {
        var open = Allowed.ToDictionary(row => row.Key, row => row.Value.Where(Allowed.ContainsKey).ToList());
        while (open.Count > 0)
        {
            string[] free = [.. open.Where(row => row.Value.All(used => !open.ContainsKey(used))).Select(row => row.Key)];
            Assert.NotEmpty(free);
            Array.ForEach(free, folder => open.Remove(folder));
        }
    }

    private static bool IsAllowed(string folder, TypeReference used)
    {
        string? usedFolder = Folder(used);
        return usedFolder is null || usedFolder == folder || UsableByAll.Contains(usedFolder) || Allowed[folder].Contains(usedFolder);
    }

    /// <summary>The folder of a type: the first part of its namespace; empty for the root, which only DependencyInjection may use; null for what the compiler adds.</summary>
    private static string? Folder(TypeReference type)
    {
        while (type.DeclaringType is not null)
        {
            type = type.DeclaringType;
        }

        if (type.Namespace == RootNamespace)
        {
            return string.Empty;
        }

        return type.Namespace.StartsWith(RootNamespace + ".", StringComparison.Ordinal) ? type.Namespace[(RootNamespace.Length + 1)..].Split('.')[0] : null;
    }

    private static IEnumerable<TypeReference> References(TypeDefinition type) => Direct(type).SelectMany(Parts);

    private static IEnumerable<TypeReference?> Direct(TypeDefinition type)
    {
        yield return type.BaseType;
        foreach (TypeReference used in type.Interfaces.Select(implemented => implemented.InterfaceType).Concat(type.Fields.Select(field => field.FieldType)))
        {
            yield return used;
        }

        foreach (MethodDefinition method in type.Methods)
        {
            yield return method.ReturnType;
            foreach (ParameterDefinition parameter in method.Parameters)
            {
                yield return parameter.ParameterType;
            }

            foreach (TypeReference? used in method.HasBody ? InBody(method.Body) : [])
            {
                yield return used;
            }
        }
    }

    private static IEnumerable<TypeReference?> InBody(MethodBody body)
    {
        foreach (VariableDefinition variable in body.Variables)
        {
            yield return variable.VariableType;
        }

        foreach (Instruction instruction in body.Instructions)
        {
            switch (instruction.Operand)
            {
                case TypeReference type:
                    yield return type;
                    break;
                case MemberReference member:
                    yield return member.DeclaringType;
                    if (member is GenericInstanceMethod generic)
                    {
                        foreach (TypeReference argument in generic.GenericArguments)
                        {
                            yield return argument;
                        }
                    }

                    break;
            }
        }
    }

    /// <summary>A type itself and, for a generic or an array, what it is made of.</summary>
    private static IEnumerable<TypeReference> Parts(TypeReference? type) => type switch
    {
        null => [],
        GenericInstanceType generic => generic.GenericArguments.SelectMany(Parts).Append(generic.ElementType),
        TypeSpecification specification => Parts(specification.ElementType),
        _ => [type],
    };
}
