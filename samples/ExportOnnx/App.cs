using ExportOnnx.Consuming;
using ExportOnnx.Exporting;
using Samples.Shared;

namespace ExportOnnx;

/// <summary>The program behind its command line: files out of a model, then one of them at work.</summary>
internal static class App
{
    private const string DrawnKind = "rings";

    public static Task<int> RunAsync(ExportOptions options)
    {
        var screen = new Screen(isQuiet: false);
        return Guard.RunAsync(screen, async cancellationToken =>
        {
            IReadOnlyList<string> files = await new ExportRun(options, screen).RunAsync(cancellationToken);
            if (files.Count > 0)
            {
                await UseAsync(files[0], options.Image ?? await DrawAsync(options.OutputFolder, cancellationToken), screen, cancellationToken);
            }

            return files.Count == options.Precisions.Count ? ExitCode.Success : ExitCode.Failed;
        });
    }

    private static async Task<string> DrawAsync(string folder, CancellationToken cancellationToken)
    {
        string drawn = Path.Combine(folder, $"{DrawnKind}.png");
        await DrawnImages.DrawAsync(DrawnKind, 0, drawn, cancellationToken);
        return drawn;
    }

    private static async Task UseAsync(string file, string image, Screen screen, CancellationToken cancellationToken)
    {
        screen.Say(string.Empty);
        screen.Say($"'{image}' by '{file}', with ONNX Runtime alone:");
        using var consumer = new OnnxConsumer(file);
        screen.Say(await consumer.DescribeAsync(image, cancellationToken));
    }
}
