using System.Numerics;
using System.Runtime.Intrinsics;

namespace Scott.Models.Foundation;

/// <summary><c>left·right + addend</c> as fast as the machine can: rounded once where it has an instruction for it, twice in a browser, where the
/// estimate of .NET is a slow call for each number.</summary>
internal static class MultiplyAdd
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Of(float left, float right, float addend) =>
        OperatingSystem.IsBrowser() ? (left * right) + addend : float.MultiplyAddEstimate(left, right, addend);

    /// <inheritdoc cref="Of(float, float, float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Of(Vector128<float> left, Vector128<float> right, Vector128<float> addend) =>
        OperatingSystem.IsBrowser() ? (left * right) + addend : Vector128.MultiplyAddEstimate(left, right, addend);

    /// <inheritdoc cref="Of(float, float, float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Of(Vector<float> left, Vector<float> right, Vector<float> addend) =>
        OperatingSystem.IsBrowser() ? (left * right) + addend : Vector.MultiplyAddEstimate(left, right, addend);

    /// <inheritdoc cref="Of(float, float, float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<double> Of(Vector<double> left, Vector<double> right, Vector<double> addend) =>
        OperatingSystem.IsBrowser() ? (left * right) + addend : Vector.MultiplyAddEstimate(left, right, addend);
}
