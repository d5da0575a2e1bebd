// Embeds any number of images on any number of machines. Without a server: dotnet run -- run photos --output vectors
using System.CommandLine;
using EmbedCluster.Commands;

var root = new RootCommand("Embeds images on a cluster of machines. The result is the same, byte for byte, as that of one machine without faults.")
{
    RunCommand.Create(), SiloCommand.Create(), JobCommands.Start(), JobCommands.Status(),
    JobCommands.Change("pause", "Hands out no more shards of a job. Those at work are finished."),
    JobCommands.Change("resume", "Resumes a job: after a pause or a cancellation, or with its parked shards."),
    JobCommands.Change("cancel", "Ends a job. Finished shards are kept."),
};

// A silo that is stopped gives its shards back first.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(1) });
