namespace Scott.Models;

/// <summary>One tensor that an architecture needs: its state-dict name, its shape, how it starts, and whether training changes it.</summary>
internal sealed record WeightSpec(string Name, long[] Shape, WeightFill Fill, bool IsTrained = true)
{
    public int ElementCount { get; } = Shape.Aggregate(1, (product, size) => checked(product * (int)size));
}
