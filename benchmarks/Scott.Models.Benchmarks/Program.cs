using Scott.Models.Benchmarks;

if (FirstVector.Handles(args))
{
    await FirstVector.RunAsync(args);
    return;
}

// In one process, since libtorch loads once and both sides of a ratio should meet the same machine.
IConfig config = ManualConfig.Create(DefaultConfig.Instance)
    .AddJob(Job.Default
        .WithStrategy(RunStrategy.Monitoring)
        .WithWarmupCount(2)
        .WithIterationCount(15)
        .WithToolchain(InProcessEmitToolchain.Instance));

BenchmarkSwitcher.FromAssembly(typeof(TokenizerBenchmarks).Assembly).Run(args, config);
