namespace Scott.Models.Torch;

/// <summary>The number format that networks compute in while training. The optimizer's weights are always in single precision.</summary>
public enum TrainingPrecision
{
    /// <summary>
    /// <see cref="BFloat16"/> on a CPU that is clearly faster in it, otherwise <see cref="Float32"/>. The run measures that when it starts; a
    /// resumed run keeps the choice of its checkpoint.
    /// </summary>
    Auto,
    /// <summary>Single precision throughout.</summary>
    Float32,
    /// <summary>Forward and backward passes in bfloat16 on copies of the weights; loss, optimizer and EMA in single precision.</summary>
    BFloat16,
}
