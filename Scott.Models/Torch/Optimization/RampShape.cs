namespace Scott.Models.Torch;

/// <summary>How a value goes from its start to its end.</summary>
public enum RampShape
{
    /// <summary>In a straight line.</summary>
    Linear,

    /// <summary>Along half a cosine: slow, fast, slow.</summary>
    Cosine,
}
