using TorchSharp;

namespace Scott.Models.Torch;

/// <summary>Examines whether libtorch loads and which devices it offers.</summary>
internal static class TorchProbe
{
    public static IEnumerable<DiagnosticsEntry> Examine()
    {
        try
        {
            TorchRuntime.EnsureLoaded();
        }
        catch (NativeLibraryException exception)
        {
            return [new DiagnosticsEntry("libtorch", "does not load; needed for training only", exception.Message)];
        }

        return
        [
            new DiagnosticsEntry("libtorch", $"{torch.__version__} by TorchSharp {typeof(torch).Assembly.GetName().Version!.ToString(3)}, {Plural.Of(torch.get_num_threads(), "thread")}"),
            new DiagnosticsEntry("CUDA", torch.cuda.is_available() ? $"{torch.cuda.device_count()} GPU(s)" : "not available"),
            new DiagnosticsEntry("torch devices", string.Join(", ", TorchDevice.Available())),
        ];
    }
}
