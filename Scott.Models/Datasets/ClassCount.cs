namespace Scott.Models.Datasets;

/// <summary>How many pictures a class has.</summary>
/// <param name="Name">The class.</param>
/// <param name="Pictures">Its pictures in the training data, unreadable ones included.</param>
public readonly record struct ClassCount(string Name, int Pictures);
