namespace Scott.Models.Inference;

/// <summary>A class, and how likely it is.</summary>
/// <param name="Label">Its number, from 0, in the order of the classifier's class names.</param>
/// <param name="ClassName">Its name.</param>
/// <param name="Probability">In [0, 1].</param>
public readonly record struct ClassProbability(int Label, string ClassName, float Probability);
