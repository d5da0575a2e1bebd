using System.Reflection;

namespace Scott.Models.Tests.Build;

/// <summary>Apps see no type of a native package, but for the backbone, which is there to become a part of TorchSharp networks.</summary>
public sealed class PublicContractTests
{
    private const BindingFlags Own = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [Theory]
    [InlineData("TorchSharp", "Scott.Models.Torch.Backbone", "Scott.Models.Torch.BackboneOutput")]
    [InlineData("Microsoft.ML.OnnxRuntime")]
    [InlineData("SkiaSharp")]
    [InlineData("BitMiracle.LibTiff.NET")]
    [InlineData("Google.Protobuf")]
    public void PublicTypes_OfANativePackage_AppearOnlyInTheBackbone(string package, params string[] users)
    {
        IEnumerable<string?> found =
            from type in typeof(ScottModel).Assembly.GetExportedTypes()
            where Mentioned(type).SelectMany(Parts).Any(part => part.Assembly.GetName().Name == package)
            orderby type.FullName
            select type.FullName;
        Assert.Equal(users, found);
    }

    /// <summary>The types in a public type's declaration and in its public members.</summary>
    private static IEnumerable<Type> Mentioned(Type type) =>
    [
        .. type.BaseType is { } parent ? [parent] : Type.EmptyTypes,
        .. type.GetInterfaces(),
        .. type.GetFields(Own).Select(field => field.FieldType),
        .. type.GetProperties(Own).Select(property => property.PropertyType),
        .. type.GetConstructors(Own).SelectMany(constructor => constructor.GetParameters()).Select(parameter => parameter.ParameterType),
        .. type.GetMethods(Own).Select(method => method.ReturnType),
        .. type.GetMethods(Own).SelectMany(method => method.GetParameters()).Select(parameter => parameter.ParameterType),
    ];

    /// <summary>A type, its element type and its type arguments.</summary>
    private static IEnumerable<Type> Parts(Type type) =>
    [
        type,
        .. type.HasElementType ? Parts(type.GetElementType()!) : [],
        .. type.GenericTypeArguments.SelectMany(Parts),
    ];
}
