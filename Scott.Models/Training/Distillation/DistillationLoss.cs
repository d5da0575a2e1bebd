using Scott.Models.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Training;

/// <summary>How far a student's features are from its teacher's.</summary>
internal static class DistillationLoss
{
    private const double ShortestLength = 1e-6;

    /// <summary>Two sets of vectors [M, T], row for row → a scalar: 0 if they agree.</summary>
    public static Tensor Compare(Tensor student, Tensor teacher, DistillationLossKind kind)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor loss = kind == DistillationLossKind.Cosine
            ? (Unit(student) * Unit(teacher)).sum([-1]).mean().neg().Plus(1)
            : nn.functional.smooth_l1_loss(student, teacher);
        return loss.MoveToOuterDisposeScope();
    }

    /// <summary>The vectors of a batch, student's [B, D] and teacher's [B, T] → the mean squared difference of the cosines between different
    /// images.</summary>
    public static Tensor CompareRelations(Tensor student, Tensor teacher)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor Cosines(Tensor vectors)
        {
            Tensor unit = Unit(vectors);
            return unit.matmul(unit.t()); // [B, B]
        }

        // The diagonals are 1 in both, and count nothing.
        long count = student.shape[0];
        return (Cosines(student) - Cosines(teacher)).Squared().sum().Over(count * (count - 1)).MoveToOuterDisposeScope();
    }

    private static Tensor Unit(Tensor vectors) => vectors / vectors.norm(-1, keepdim: true, p: 2).AtLeast(ShortestLength);
}
