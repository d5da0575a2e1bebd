using Scott.Models.Weights;

namespace Scott.Models.Training;

/// <summary>All that a run needs to go on as if it had never stopped.</summary>
/// <param name="Steps">The optimizer steps taken.</param>
/// <param name="Epoch">The epoch, from 0, that the next step belongs to.</param>
/// <param name="Options">The run's options, as JSON.</param>
/// <param name="Run">Where the run stands: a <see cref="RunState"/> as JSON.</param>
/// <param name="History">The epochs' records so far, as JSON.</param>
/// <param name="State">The networks and the optimizer's moments.</param>
/// <param name="Best">What the run was worth after the best epoch, if there is one.</param>
internal sealed record TrainingCheckpoint(long Steps, int Epoch, string Options, string Run, string History, WeightSet State, WeightSet? Best);
