// Runs the benchmarks that the arguments name.
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Scott.Models.Benchmarks;
using Scott.Models.Benchmarks.Anomalies;
using Scott.Models.Benchmarks.Cluster;
using Scott.Models.Benchmarks.Int8;
using Scott.Models.Benchmarks.Ratios;
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

if (RatioTable.Handles(args))
    return RatioTable.Run(args);

if (GrowthTables.Handles(args))
    return GrowthTables.Run(args);

if (ManagedEngine.Handles(args))
    return ManagedEngine.Run(args);

if (Bfloat16Inference.Handles(args))
{
    await Bfloat16Inference.RunAsync(args);
    return 0;
}

if (Prototypes.Handles(args))
    return await Prototypes.RunAsync(args);

if (ResNet18.Handles(args))
    return await ResNet18.RunAsync(args);

if (IndexSearch.Handles(args))
    return await IndexSearch.RunAsync(args);

if (JobSearchTrial.Handles(args))
    return await JobSearchTrial.RunAsync(args);

if (Migration.Handles(args))
    return await Migration.RunAsync(args);

if (DuplicateMeasures.Handles(args))
    return await DuplicateMeasures.RunAsync(args);

if (OutlierMeasures.Handles(args))
    return await OutlierMeasures.RunAsync(args);

if (AnomalyBenchmark.Handles(args))
    return await AnomalyBenchmark.RunAsync(args);

if (MultiLabelMosaics.Handles(args))
    return await MultiLabelMosaics.RunAsync(args);

if (InputFormats.Handles(args))
{
    await InputFormats.RunAsync();
    return 0;
}

if (ClusterCommands.Handles(args))
    return await ClusterCommands.RunAsync(args);

if (Int8Command.Handles(args))
{
    await Int8Command.RunAsync(args);
    return 0;
}

if (TileMemory.Handles(args))
{
    await TileMemory.RunAsync();
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
