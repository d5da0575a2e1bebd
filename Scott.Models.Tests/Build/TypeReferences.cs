using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Scott.Models.Tests.Build;

/// <summary>Lists the types that a compiled type uses: in its base, its interfaces, its members and the bodies of its methods.</summary>
internal static class TypeReferences
{
    public static IEnumerable<TypeReference> Of(TypeDefinition type) => Direct(type).SelectMany(Parts);

    private static IEnumerable<TypeReference?> Direct(TypeDefinition type)
    {
        yield return type.BaseType;
        IEnumerable<TypeReference> implemented = type.Interfaces.Select(entry => entry.InterfaceType);
        foreach (TypeReference used in implemented.Concat(type.Fields.Select(field => field.FieldType)))
            yield return used;

        foreach (MethodDefinition method in type.Methods)
        {
            yield return method.ReturnType;
            foreach (ParameterDefinition parameter in method.Parameters)
                yield return parameter.ParameterType;

            foreach (TypeReference? used in method.HasBody ? InBody(method.Body) : [])
                yield return used;
        }
    }

    private static IEnumerable<TypeReference?> InBody(MethodBody body)
    {
        foreach (VariableDefinition variable in body.Variables)
            yield return variable.VariableType;

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
                            yield return argument;
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
