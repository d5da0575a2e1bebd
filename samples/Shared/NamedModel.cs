using Scott.Models;
using Scott.Models.Configuration;

namespace Samples.Shared;

/// <summary>A model as the command line names it: an architecture, for untrained weights, or a file.</summary>
internal static class NamedModel
{
    /// <exception cref="UsageException">There is no such model.</exception>
    public static async Task<ScottModel> LoadAsync(string model, long seed, CancellationToken cancellationToken)
    {
        if (IsUntrained(model))
        {
            return ScottModel.Create(model, seed);
        }

        return File.Exists(model)
            ? await ScottModel.FromFileAsync(model, cancellationToken: cancellationToken)
            : throw new UsageException($"The model '{model}' is neither a file nor one of {string.Join(", ", ScottArchitectures.Names)}.");
    }

    public static bool IsUntrained(string model) => ScottArchitectures.Names.Contains(model);
}
