using System.Net;
using EmbedCluster.Scheduling;

namespace EmbedCluster.Hosting;

/// <summary>What a silo is started with.</summary>
public sealed record ClusterOptions
{
    /// <summary>The address of the status page and the calls of the command line.</summary>
    public string Url { get; init; } = "http://localhost:5090";

    /// <summary>The port on which silos talk to each other.</summary>
    public int SiloPort { get; init; } = 11111;

    /// <summary>The port for clients of the cluster.</summary>
    public int GatewayPort { get; init; } = 30000;

    /// <summary>The first silo of a cluster on one machine; null for the first one itself. Not used with PostgreSQL.</summary>
    public IPEndPoint? Primary { get; init; }

    /// <summary>The connection string of the PostgreSQL database that knows the silos and keeps the jobs; null to keep them in memory.</summary>
    public string? Postgres { get; init; }

    /// <summary>The address under which other silos reach this one; null to find it. Only with PostgreSQL.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>Whether the silo runs in a pod, and takes its names and addresses from there.</summary>
    public bool IsInKubernetes { get; init; }

    /// <summary>How many shards the silo computes at once.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>The threads that compute each shard; 0 for one on each core.</summary>
    public int Threads { get; init; }

    /// <summary>How often silos ask each other whether they are there. Three missed answers, and the silo is dead.</summary>
    public TimeSpan ProbeInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How shards are handed out.</summary>
    public ScheduleOptions Schedule { get; init; } = new();
}
