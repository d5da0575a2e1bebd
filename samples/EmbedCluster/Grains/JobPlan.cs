namespace EmbedCluster.Grains;

/// <summary>What a job embeds, and where to.</summary>
/// <param name="Name">Its name: the key of its grain.</param>
/// <param name="Folder">The output folder, with the plan in it. Every silo must see it under this path.</param>
/// <param name="Model">The id of a pretrained model, or the path of a model file that every silo sees.</param>
/// <param name="Shards">The number of shards.</param>
/// <param name="TotalImages">The number of images; null if there are tar archives, whose images are not known before.</param>
public sealed record JobPlan(string Name, string Folder, string Model, int Shards, long? TotalImages);
