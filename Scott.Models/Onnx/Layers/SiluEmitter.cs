namespace Scott.Models.Onnx;

/// <summary><c>x·sigmoid(x)</c>.</summary>
internal static class SiluEmitter
{
    public static string Emit(GraphBuilder builder, string input) => builder.Add("Mul", [input, builder.Add("Sigmoid", [input])]);
}
