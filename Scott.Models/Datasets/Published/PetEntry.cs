namespace Scott.Models.Datasets;

/// <summary>A line of a list of pets.</summary>
/// <param name="Line">Its number, from 1.</param>
/// <param name="Name">The image's file without its extension.</param>
/// <param name="ClassId">The class's number, from 1.</param>
internal readonly record struct PetEntry(int Line, string Name, int ClassId);
