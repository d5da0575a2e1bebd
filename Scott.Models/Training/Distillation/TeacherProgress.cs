namespace Scott.Models.Training;

/// <summary>How many images the teacher has seen before the first step.</summary>
/// <param name="Completed">Images whose features are known.</param>
/// <param name="Total">All images.</param>
/// <param name="Elapsed">The time so far.</param>
public readonly record struct TeacherProgress(int Completed, int Total, TimeSpan Elapsed);
