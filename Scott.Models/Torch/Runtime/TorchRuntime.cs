using TorchSharp;

namespace Scott.Models.Torch;

/// <summary>Loads libtorch. TorchSharp initializes in a static constructor, and one failed attempt breaks it for the whole process. So all code
/// calls <see cref="EnsureLoaded"/> before it uses TorchSharp: it loads the native libraries once and turns every failure into one typed
/// error.</summary>
internal static class TorchRuntime
{
    private const string SpinVariable = "GOMP_SPINCOUNT";
    private const string SpinCount = "1000";
    private const string PolicyVariable = "OMP_WAIT_POLICY";
    private const string WrapperName = "libLibTorchSharp.so";
    private const string CpuPackage = "TorchSharp-cpu";

    private static readonly string MissingAdvice = RuntimeInformation.ProcessArchitecture == Architecture.X64
        ? $"Running backbones on torch needs libtorch for {NativeFolders.RuntimeIdentifier}: add the package {CpuPackage} "
            + "(or TorchSharp-cuda-windows, TorchSharp-cuda-linux) to the app."
        : $"TorchSharp has no libtorch for {NativeFolders.RuntimeIdentifier}; on Linux it runs on x64 only.";

    private static readonly string RestoreAdvice =
        $"The native package may be damaged or of another version than TorchSharp: restore {CpuPackage} (or the CUDA package in its place) again.";

    /// <summary>In the order in which they depend on each other; the CUDA ones are there only with a CUDA package.</summary>
    private static readonly string[] RequiredLibraries = ["libc10.so", "libtorch_cpu.so", "libtorch.so"];
    private static readonly string[] CudaLibraries = ["libc10_cuda.so", "libtorch_cuda.so"];

    private static readonly Lazy<bool> Loaded = new(Load);

    /// <summary>Whether libtorch is loaded in this process. Never loads it.</summary>
    public static bool IsLoaded => Loaded.IsValueCreated;

    /// <summary>Loads libtorch if it is not loaded yet. Thread-safe.</summary>
    /// <exception cref="NativeLibraryException">It is missing or does not load.</exception>
    public static void EnsureLoaded() => _ = Loaded.Value;

    /// <summary>Finds out whether libtorch loads and which devices it offers.</summary>
    public static IEnumerable<DiagnosticsEntry> Examine()
    {
        try
        {
            EnsureLoaded();
        }
        catch (NativeLibraryException exception)
        {
            return [new DiagnosticsEntry("libtorch", "does not load; needed for training, evaluation and the torch engine", exception.Message)];
        }

        string version = typeof(torch).Assembly.GetName().Version!.ToString(3);
        return
        [
            new DiagnosticsEntry("libtorch", $"{torch.__version__} by TorchSharp {version}, {Plural.Of(torch.get_num_threads(), "thread")}"),
            new DiagnosticsEntry("CUDA", torch.cuda.is_available() ? Plural.Of(torch.cuda.device_count(), "GPU") : "not available"),
            new DiagnosticsEntry("torch devices", string.Join(", ", TorchDevice.Available())),
        ];
    }

    private static bool Load()
    {
        IReadOnlyList<string> folders = [];
        try
        {
            folders = NativeFolders.Candidates(typeof(torch).Assembly);
            if (OperatingSystem.IsLinux())
                Preload(folders);

            // The first use of TorchSharp. On Windows and macOS its own search finds the libraries.
            torch.InitializeDeviceType(DeviceType.CPU);
            return true;
        }
        catch (Exception exception) when (exception is not NativeLibraryException)
        {
            string what = $"libtorch could not be initialized: {exception.GetBaseException().Message}";
            throw Failure("libtorch", folders, what, RestoreAdvice, exception);
        }
    }

    private static void Preload(IReadOnlyList<string> folders)
    {
        string wrapper = Require(folders, WrapperName);
        string torchFolder = Path.GetDirectoryName(Require(folders, "libtorch_cpu.so"))!;
        byte[] wrapperBytes = File.ReadAllBytes(wrapper);
        string? temporaryFolder = null;
        IReadOnlyList<string> missing = LibstdcxxCompatibility.MissingVersions(wrapperBytes, SystemLibraries.LibstdcxxVersions());
        if (missing.Count > 0)
        {
            if (!LibstdcxxCompatibility.CanRelax(missing))
            {
                throw Failure(
                    LibstdcxxCompatibility.LibstdcxxName, folders,
                    $"{WrapperName} needs {string.Join(", ", missing)}, which this system's {LibstdcxxCompatibility.LibstdcxxName} lacks",
                    "Install the system's libstdc++6 of GCC 12 or later (Debian 12, Ubuntu 22.04 or newer).");
            }

            (wrapper, temporaryFolder) = RelaxedLibraryCache.Publish(
                RelaxedLibraryCache.DefaultFolder, WrapperName, LibstdcxxCompatibility.Relax(wrapperBytes));
        }

        LimitSpinning();

        // The wheel's OpenMP runtime carries a content hash in its name.
        foreach (string openMp in Directory.EnumerateFiles(torchFolder, "libgomp*.so*"))
            LoadByPath(folders, openMp);

        IEnumerable<string> cuda = CudaLibraries.Where(name => File.Exists(Path.Combine(torchFolder, name)));
        foreach (string name in RequiredLibraries[..2].Concat(cuda).Append(RequiredLibraries[2]))
            LoadByPath(folders, Path.Combine(torchFolder, name));

        LoadByPath(folders, wrapper);
        if (temporaryFolder is not null)
            RelaxedLibraryCache.Discard(temporaryFolder); // The library stays loaded: Linux keeps a mapped file after its name is deleted.
    }

    /// <summary>See <see cref="ScottSwitches.ShortOpenMPSpin"/>. libgomp reads the variable when it loads.</summary>
    private static void LimitSpinning()
    {
        if (ScottSwitches.IsOn(ScottSwitches.ShortOpenMPSpin)
            && Environment.GetEnvironmentVariable(SpinVariable) is null
            && Environment.GetEnvironmentVariable(PolicyVariable) is null)
        {
            SystemLibraries.SetDefaultVariable(SpinVariable, SpinCount);
        }
    }

    private static string Require(IReadOnlyList<string> folders, string fileName) =>
        NativeFolders.Find(folders, fileName) ?? throw Failure(fileName, folders, $"{fileName} was not found", MissingAdvice);

    private static void LoadByPath(IReadOnlyList<string> folders, string path)
    {
        try
        {
            NativeLibrary.Load(path);
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException)
        {
            throw Failure(Path.GetFileName(path), folders, $"'{path}' does not load: {exception.Message}", RestoreAdvice, exception);
        }
    }

    private static NativeLibraryException Failure(
        string library, IReadOnlyList<string> folders, string what, string advice, Exception? innerException = null) =>
        new(library, CpuPackage, folders, $"{what.TrimEnd('.', '\n')}. {advice} Searched: {string.Join(", ", folders)}.", innerException);
}
