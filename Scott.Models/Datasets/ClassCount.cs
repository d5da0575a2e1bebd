namespace Scott.Models.Datasets;

/// <summary>How many images a class has.</summary>
/// <param name="Name">The class.</param>
/// <param name="Images">Its images in the training data, unreadable ones included.</param>
public readonly record struct ClassCount(string Name, int Images);
