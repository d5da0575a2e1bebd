namespace Scott.Models.Datasets;

/// <summary>A variable of a MATLAB file.</summary>
/// <param name="Path">The file.</param>
/// <param name="Name">The variable's name.</param>
/// <param name="Values">The values, column by column; <see langword="null"/> if it is no array of real numbers.</param>
internal sealed record MatArray(string Path, string Name, double[]? Values)
{
    /// <summary>The values as whole numbers.</summary>
    /// <exception cref="DatasetFormatException">The variable is of another kind, or a value is not whole or out of range.</exception>
    public int[] ToIntegers(int minimum, int maximum, DatasetFault fault)
    {
        double[] values = Values
            ?? throw new DatasetFormatException(Path, DatasetFault.UnsupportedArray, $"its variable '{Name}' is no array of real numbers; expected one.");
        int wrong = Array.FindIndex(values, value => !(value >= minimum && value <= maximum && value == Math.Floor(value)));
        return wrong < 0
            ? Array.ConvertAll(values, value => (int)value)
            : throw new DatasetFormatException(
                Path, fault, FormattableString.Invariant($"element {wrong + 1} of '{Name}' is {values[wrong]}; expected a whole number from {minimum} to {maximum}."));
    }
}
