using System.Diagnostics;
using System.Globalization;

namespace Scott.Models.Benchmarks.Ratios;

/// <summary>
/// <c>ratios</c>: every claim about speed beside its goal, as one table in Markdown. Each is measured in a process of its own, so that no engine's
/// threads disturb another's; the two sides of a claim take turns in it. <c>ratios WORD</c> takes the claims whose names have the word.
/// </summary>
internal static class RatioTable
{
    private const string Command = "ratios";
    private const string ChildCommand = "ratios-child";

    public static bool Handles(string[] arguments) => arguments is [Command] or [Command, _] or [ChildCommand, _];

    public static int Run(string[] arguments)
    {
        if (arguments is [ChildCommand, string number])
        {
            Ratio ratio = SpeedClaims.All[int.Parse(number, CultureInfo.InvariantCulture)].Measure();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{ratio.Median:R} {ratio.Low:R} {ratio.High:R}"));
            return 0;
        }

        (int Index, SpeedClaim Claim)[] asked = [.. SpeedClaims.All.Index().Where(
            each => arguments.Length == 1 || each.Item.Name.Contains(arguments[1], StringComparison.OrdinalIgnoreCase))];
        if (asked.Length == 0)
        {
            Console.Error.WriteLine($"No claim has '{arguments[1]}' in its name.");
            return 2;
        }

        bool isComplete = true;
        Console.WriteLine($"{ScottDiagnostics.Report().Entries.First(entry => entry.Subject == "processor").Finding}\n");
        Console.WriteLine("| what | against | goal | measured (quartiles) |");
        Console.WriteLine("|---|---|---|---|");
        foreach ((int i, SpeedClaim claim) in asked)
        {
            Ratio? ratio = MeasureInAChild(i);
            isComplete &= ratio is not null;
            string measured = ratio is null ? "failed"
                : ratio.Value.ToText(claim.IsMilliseconds ? "F0" : "F2") + (claim.IsMilliseconds ? " ms" : string.Empty);
            string goal = claim.Goal is { } limit ? string.Create(CultureInfo.InvariantCulture, $"{limit}") : "–";
            Console.WriteLine($"| {claim.Name} | {claim.Baseline} | {goal} | {measured} |");
        }

        return isComplete ? 0 : 1;
    }

    private static Ratio? MeasureInAChild(int claim)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Scott.Models.Benchmarks.dll");
        var start = new ProcessStartInfo("dotnet", [program, ChildCommand, claim.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
        };
        using Process child = Process.Start(start)!;
        string[] lines = child.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        child.WaitForExit();
        double[] numbers = child.ExitCode == 0
            ? [.. lines[^1].Split(' ').Select(text => double.Parse(text, CultureInfo.InvariantCulture))]
            : [];
        return numbers is [double median, double low, double high] ? new Ratio(median, low, high) : null;
    }
}
