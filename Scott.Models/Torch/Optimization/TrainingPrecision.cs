namespace Scott.Models.Torch;

/// <summary>The number format that networks compute in while training. The optimizer's weights are always in single precision.</summary>
public enum TrainingPrecision
{
    /// <summary><see cref="BFloat16"/> on a CPU that multiplies it in hardware (AVX512-BF16 or AMX), otherwise <see cref="Float32"/>.</summary>
    Auto,
    /// <summary>Single precision throughout.</summary>
    Float32,
    /// <summary>Forward and backward passes in bfloat16 on copies of the weights; loss, optimizer and EMA in single precision.</summary>
    BFloat16,
}
