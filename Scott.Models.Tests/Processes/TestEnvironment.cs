using Scott.Models.Zoo;

namespace Scott.Models.Tests.Processes;

/// <summary>Keeps the tests, and the programs that they start, away from what the user of this machine has: models and native libraries.</summary>
internal static class TestEnvironment
{
    private const string DataVariable = "XDG_DATA_HOME";
    private const string PackagesVariable = "NUGET_HTTP_CACHE_PATH";

    /// <summary>What the programs of this repository get, unless a test says otherwise: they ask no server.</summary>
    public static readonly (string Name, string? Value)[] OfPrograms = [(ZooOptions.OfflineVariable, "1")];

    /// <summary>For this process and all that it starts. The folders stay for the next run, which finds its copy of libtorch there.</summary>
    public static void Isolate()
    {
        string user = Path.Combine(AppContext.BaseDirectory, "user");
        Environment.SetEnvironmentVariable(ZooOptions.CacheVariable, Path.Combine(user, "models"));
        if (!OperatingSystem.IsLinux())
            return;

        // The tests that build programs use the packages that are there already.
        string local = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(PackagesVariable)))
            Environment.SetEnvironmentVariable(PackagesVariable, Path.Combine(local, "NuGet", "http-cache"));

        Environment.SetEnvironmentVariable(DataVariable, Directory.CreateDirectory(Path.Combine(user, "data")).FullName);
    }
}
