// Runs the benchmarks that the arguments name.
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Scott.Models.Benchmarks;
using Scott.Models.Benchmarks.TrainingStep;

// First, on the thread that the program starts on.
if (TrainingStepCommand.Handles(args))
    return TrainingStepCommand.Run(args);

if (ProcessSettings.Handles(args))
{
    ProcessSettings.Run(args);
    return 0;
}

if (FirstVector.Handles(args))
{
    await FirstVector.RunAsync(args);
    return 0;
}

if (ResNet18.Handles(args))
    return await ResNet18.RunAsync(args);

if (InputFormats.Handles(args))
{
    await InputFormats.RunAsync();
    return 0;
}

// In one process, since libtorch loads once and both sides of a ratio should meet the same machine.
IConfig config = ManualConfig.Create(DefaultConfig.Instance)
    .AddJob(Job.Default
        .WithStrategy(RunStrategy.Monitoring)
        .WithWarmupCount(2)
        .WithIterationCount(15)
        .WithToolchain(InProcessEmitToolchain.Instance));

BenchmarkSwitcher.FromAssembly(typeof(TokenizerBenchmarks).Assembly).Run(args, config);
return 0;
