namespace Scott.Models.Metrics;

/// <summary>An image that a <see cref="PrototypeClassifier"/> learns a class from, as a vector.</summary>
/// <param name="ClassName">The class, not empty.</param>
/// <param name="Name">What the image is known by, not empty, for example its path. A classifier has one image of a name.</param>
/// <param name="Vector">The image's vector, D finite numbers, not all 0.</param>
public readonly record struct PrototypeExample(string ClassName, string Name, ReadOnlyMemory<float> Vector);
