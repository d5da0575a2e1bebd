namespace Scott.Models.Torch;

/// <summary>The type of number that networks compute with in training. The weights that the optimizer moves are single precision in any case.</summary>
public enum TrainingPrecision
{
    /// <summary><see cref="BFloat16"/> on a CPU that multiplies it in hardware (AVX512-BF16 or AMX), else <see cref="Float32"/>.</summary>
    Auto,

    /// <summary>Single precision throughout.</summary>
    Float32,

    /// <summary>Forward and backward passes in bfloat16, on copies of the weights; loss, gradients' sums, optimizer and EMA in single precision.</summary>
    BFloat16,
}
