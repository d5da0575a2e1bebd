using Scott.Models;
using Scott.Models.Configuration;

namespace Samples.Shared;

/// <summary>A model as the command line names it: an architecture, for untrained weights, or a file.</summary>
internal static class NamedModel
{
    /// <exception cref="UsageException">There is no such model.</exception>
    public static async Task<ScottModel> LoadAsync(string model, long seed, CancellationToken cancellationToken)
    {
        Require(model);
        return IsUntrained(model) ? ScottModel.Create(model, seed) : await ScottModel.FromFileAsync(model, cancellationToken: cancellationToken);
    }

    /// <exception cref="UsageException">There is no such model.</exception>
    public static void Require(string model)
    {
        if (!IsUntrained(model) && !File.Exists(model))
        {
            throw new UsageException($"The model '{model}' is neither a file nor one of {string.Join(", ", ScottArchitectures.Names)}.");
        }
    }

    public static bool IsUntrained(string model) => ScottArchitectures.Names.Contains(model);
}
