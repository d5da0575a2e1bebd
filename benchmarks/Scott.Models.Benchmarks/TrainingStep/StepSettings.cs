using System.Globalization;
using Scott.Models.Torch;
using Scott.Models.Training;
using static TorchSharp.torch;

namespace Scott.Models.Benchmarks.TrainingStep;

/// <summary>What the command <c>training-step</c> is asked for.</summary>
internal sealed record StepSettings
{
    public string Model { get; init; } = "scott-mini-112";

    /// <summary>Images in a batch; 0 for 64 of 112 pixels or 16 of 224.</summary>
    public int Batch { get; init; }

    /// <summary>About how long to measure.</summary>
    public int Seconds { get; init; } = 120;

    /// <summary>Steps of the memory run; 0 for none.</summary>
    public int MemorySteps { get; init; }

    /// <summary>What the package's step computes in; the trainer's choice unless asked for. The reference computes in FP32.</summary>
    public TrainingPrecision Precision { get; init; } = new PretrainingOptions().ResolvePrecision(TorchDevice.Cpu);

    public ScalarType ComputeType => new PretrainingOptions { Precision = Precision }.ComputeType;

    /// <summary>Whether to time the step's parts instead.</summary>
    public bool Profile { get; init; }

    public static StepSettings Parse(IEnumerable<string> arguments)
    {
        var settings = new StepSettings();
        var rest = new Queue<string>(arguments);
        while (rest.TryDequeue(out string? argument))
        {
            settings = argument switch
            {
                "--batch" => settings with { Batch = Number(argument, rest) },
                "--seconds" => settings with { Seconds = Number(argument, rest) },
                "--memory" => settings with { MemorySteps = Number(argument, rest) },
                "--float32" => settings with { Precision = TrainingPrecision.Float32 },
                "--bfloat16" => settings with { Precision = TrainingPrecision.BFloat16 },
                "--profile" => settings with { Profile = true },
                "scott-mini-112" or "scott-12-16-224" => settings with { Model = argument },
                _ => throw new ArgumentException(
                    $"'{argument}' is not understood; expected scott-mini-112, scott-12-16-224, --batch N, --seconds N, "
                        + "--memory N, --float32, --bfloat16 or --profile."),
            };
        }

        return settings.Batch > 0 ? settings : settings with { Batch = settings.Model == "scott-mini-112" ? 64 : 16 };
    }

    private static int Number(string name, Queue<string> rest) =>
        rest.TryDequeue(out string? text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0
            ? number
            : throw new ArgumentException($"{name} is followed by '{text}'; expected a whole number above 0.");
}
