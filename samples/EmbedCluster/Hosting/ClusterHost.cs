using System.Net;
using EmbedCluster.Grains;
using EmbedCluster.Web;
using EmbedCluster.Workers;
using Microsoft.AspNetCore.HostFiltering;
using OpenTelemetry;
using Orleans.Configuration;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Orleans.Serialization;
using Orleans.Storage;

namespace EmbedCluster.Hosting;

/// <summary>Makes a silo with its status page.</summary>
public static class ClusterHost
{
    private const string ClusterId = "embed-cluster";
    private const string Npgsql = "Npgsql";

    /// <summary>Makes the silo. The database must have its tables: <see cref="PostgresSchema"/>.</summary>
    public static WebApplication Build(ClusterOptions options)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseUrls(options.Url);
        if (IsOfThisMachine(options.Url))
            builder.Services.Configure<HostFilteringOptions>(filter => RefuseOtherNames(filter, options.Url));

        builder.Logging.AddFilter("Orleans", LogLevel.Warning).AddFilter("Microsoft", LogLevel.Warning).AddFilter("Polly", LogLevel.Warning);
        builder.Services
            .AddSingleton(options)
            .AddSingleton(options.Schedule)
            .AddSingleton(TimeProvider.System)
            .AddSingleton<ClusterMetrics>()
            .AddSingleton<SharedModels>()
            .AddSingleton(new WorkSlots(Math.Max(1, options.Workers)))
            .AddSingleton<WorkerPool>()
            .AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(services => services.GetRequiredService<WorkerPool>())
            .AddTransient<JobWorkers>()
            .AddSingleton<JobStarter>();
        builder.Services.ConfigureHttpJsonOptions(json => JobApi.Configure(json.SerializerOptions));
        OpenTelemetryBuilder telemetry = builder.Services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics.AddMeter(ClusterMetrics.MeterName, "Microsoft.Orleans", "System.Runtime"));
        if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 })
            telemetry.UseOtlpExporter();

        builder.UseOrleans(silo => Configure(silo, options));
        WebApplication app = builder.Build();
        JobApi.Map(app);
        return app;
    }

    private static bool IsOfThisMachine(string url)
    {
        string host = BindingAddress.Parse(url).Host;
        return host == "localhost" || (IPAddress.TryParse(host, out IPAddress? address) && IPAddress.IsLoopback(address));
    }

    /// <summary>A page of another site may give its own name this machine's address (DNS rebinding).</summary>
    private static void RefuseOtherNames(HostFilteringOptions filter, string url)
    {
        filter.AllowedHosts = ["127.0.0.1", "localhost", "[::1]", BindingAddress.Parse(url).Host];
        filter.AllowEmptyHosts = false;
    }

    private static void Configure(ISiloBuilder silo, ClusterOptions options)
    {
        // The types of the schedule know nothing of Orleans, so they travel as JSON.
        silo.Services.AddSerializer(serializer => serializer.AddJsonSerializer(
            type => type.Namespace?.StartsWith(nameof(EmbedCluster), StringComparison.Ordinal) == true));
        silo.AddPlacementDirector<OwnSiloPlacement, OwnSiloPlacementDirector>();
        silo.UseSiloMetadata(new Dictionary<string, string> { [JobWorkers.Capacity] = options.Workers.ToString(CultureInfo.InvariantCulture) });
        silo.Configure<ClusterMembershipOptions>(membership =>
        {
            membership.ProbeTimeout = options.ProbeInterval;
            membership.DefunctSiloExpiration = TimeSpan.FromDays(1);
            membership.DefunctSiloCleanupPeriod = TimeSpan.FromHours(1);
        });
        if (options.Postgres is null)
            UseOneMachine(silo, options);
        else
            UsePostgres(silo, options, options.Postgres);
    }

    private static void UseOneMachine(ISiloBuilder silo, ClusterOptions options)
    {
        silo.UseLocalhostClustering(options.SiloPort, options.GatewayPort, options.Primary, ClusterId, ClusterId);
        silo.Services.AddKeyedSingleton<IGrainStorage>(JobGrain.Storage, new ProcessStorage());
        silo.UseInMemoryReminderService();
        if (options.Primary is null)
            return;

        // The first silo must live anyway, so it keeps all grains with a state: what is in memory would be lost with any other.
        silo.Services.PostConfigure<GrainTypeOptions>(types =>
            types.Classes.RemoveWhere(type => type == typeof(JobGrain) || type == typeof(JobListGrain)));
    }

    private static void UsePostgres(ISiloBuilder silo, ClusterOptions options, string connection)
    {
        silo.Configure<Orleans.Configuration.ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (ClusterId, ClusterId));
        silo.UseAdoNetClustering(store => (store.Invariant, store.ConnectionString) = (Npgsql, connection));
        silo.AddAdoNetGrainStorage(JobGrain.Storage, store => (store.Invariant, store.ConnectionString) = (Npgsql, connection));
        silo.UseAdoNetReminderService(store => (store.Invariant, store.ConnectionString) = (Npgsql, connection));
        if (options.IsInKubernetes)
            silo.UseKubernetesHosting();
        else if (options.Address is { } address)
            silo.ConfigureEndpoints(address, options.SiloPort, options.GatewayPort, listenOnAnyHostAddress: !IPAddress.IsLoopback(address));
        else
            silo.ConfigureEndpoints(options.SiloPort, options.GatewayPort, listenOnAnyHostAddress: true);
    }
}
