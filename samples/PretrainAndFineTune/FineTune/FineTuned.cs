using Scott.Models;

namespace PretrainAndFineTune.FineTune;

/// <summary>What a run came to.</summary>
/// <param name="Result">The library's.</param>
/// <param name="WasFinished">Whether the run had come to its end before.</param>
/// <param name="Test">How the classifier did on the test images, if there are any.</param>
internal sealed record FineTuned(FineTuningResult Result, bool WasFinished, TestResult? Test);
