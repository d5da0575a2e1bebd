namespace Scott.Models.Torch;

/// <summary>How a value changes from its start to its end.</summary>
public enum RampShape
{
    /// <summary>Along a straight line.</summary>
    Linear,
    /// <summary>Along half a cosine: slow, fast, slow.</summary>
    Cosine,
}
