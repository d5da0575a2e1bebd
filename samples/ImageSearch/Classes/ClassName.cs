using System.Globalization;

namespace ImageSearch.Classes;

/// <summary>What a class may be called.</summary>
internal static class ClassName
{
    public const int MaximumLength = 60;

    /// <summary>The answer for an image of no class.</summary>
    private const string Reserved = "unknown";

    /// <summary>The name without space around it.</summary>
    /// <exception cref="RefusedException">It is not a legal name.</exception>
    public static string Checked(string? name)
    {
        string trimmed = name?.Trim() ?? string.Empty;
        string? fault = trimmed.Length == 0 ? "The class has no name; expected one."
            : trimmed.Length > MaximumLength ? string.Create(
                CultureInfo.InvariantCulture, $"The name has {trimmed.Length} characters; expected at most {MaximumLength}.")
            : trimmed.Any(char.IsControl) ? "The name has control characters; expected letters, digits, spaces and signs."
            : trimmed.Equals(Reserved, StringComparison.OrdinalIgnoreCase)
                ? $"The name '{Reserved}' is the answer for an image of no class; choose another name."
            : null;
        return fault is null ? trimmed : throw new RefusedException(fault, StatusCodes.Status400BadRequest);
    }
}
