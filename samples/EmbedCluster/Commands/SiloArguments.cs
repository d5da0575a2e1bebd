using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using EmbedCluster.Hosting;
using EmbedCluster.Scheduling;

namespace EmbedCluster.Commands;

/// <summary>The options of a silo on the command line.</summary>
internal sealed class SiloArguments
{
    /// <summary>The variable that has the connection string, so that no password is on a command line.</summary>
    public const string PostgresVariable = "EMBED_CLUSTER_POSTGRES";

    private static readonly ClusterOptions Defaults = new();

    private readonly Option<string> _url = Of("--url", "The address of the status page.", Defaults.Url);
    private readonly Option<int> _siloPort = Of("--silo-port", "The port on which silos talk to each other.", Defaults.SiloPort);
    private readonly Option<int> _gatewayPort = Of("--gateway-port", "The port for clients of Orleans.", Defaults.GatewayPort);
    private readonly Option<IPEndPoint?> _primary = new("--primary")
    {
        Description = "The first silo of a cluster on one machine, as 127.0.0.1:11111. For others than the first.",
        CustomParser = argument => Parse(argument, text => IPEndPoint.TryParse(text, out IPEndPoint? end) ? end : null),
    };

    private readonly Option<string?> _postgres = new("--postgres")
    {
        Description = $"The connection string of a PostgreSQL database that knows the silos and keeps the jobs. Or set {PostgresVariable}.",
    };

    private readonly Option<IPAddress?> _address = new("--address")
    {
        Description = "The address of this machine for other silos. With --postgres; found if it is not given.",
        CustomParser = argument => Parse(argument, text => IPAddress.TryParse(text, out IPAddress? address) ? address : null),
    };

    private readonly Option<bool> _kubernetes = new("--kubernetes") { Description = "Takes names and addresses from the pod. With --postgres." };
    private readonly Option<int> _workers = Of("--workers", "How many shards this silo computes at once; 0 for none.", Defaults.Workers);
    private readonly Option<int> _threads = Of("--threads", "The threads that compute each shard; 0 for one on each core.", Defaults.Threads);
    private readonly Option<double> _lease =
        Of("--lease", "Seconds until a worker that says nothing loses its shard.", Defaults.Schedule.LeaseTime.TotalSeconds);

    private readonly Option<double> _probe =
        Of("--probe", "Seconds between the questions by which silos find dead ones.", Defaults.ProbeInterval.TotalSeconds);

    private readonly Option<double> _backups = Of(
        "--backup-factor", "At the end, computes a second copy of a shard that takes so many times longer than others; 0 for never.",
        Defaults.Schedule.BackupFactor);

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        Option[] all =
        [
            _url, _siloPort, _gatewayPort, _primary, _postgres, _address, _kubernetes, _workers, _threads, _lease, _probe, _backups,
        ];
        foreach (Option option in all)
            command.Add(option);

        AtLeast(_workers, 0);
        AtLeast(_threads, 0);
        AtLeast(_lease, 1);
        AtLeast(_probe, 0.1);
        AtLeast(_backups, 0);
    }

    /// <summary>What the command line says.</summary>
    public ClusterOptions Bind(ParseResult result) => new()
    {
        Url = result.GetRequiredValue(_url),
        SiloPort = result.GetValue(_siloPort),
        GatewayPort = result.GetValue(_gatewayPort),
        Primary = result.GetValue(_primary),
        Postgres = result.GetValue(_postgres) ?? Environment.GetEnvironmentVariable(PostgresVariable),
        Address = result.GetValue(_address),
        IsInKubernetes = result.GetValue(_kubernetes),
        Workers = result.GetValue(_workers),
        Threads = result.GetValue(_threads),
        ProbeInterval = TimeSpan.FromSeconds(result.GetValue(_probe)),
        Schedule = new ScheduleOptions
        {
            LeaseTime = TimeSpan.FromSeconds(result.GetValue(_lease)),
            BackupFactor = result.GetValue(_backups),
        },
    };

    private static Option<T> Of<T>(string name, string description, T value) =>
        new(name) { Description = description, DefaultValueFactory = _ => value };

    private static void AtLeast<T>(Option<T> option, T least)
        where T : IComparable<T> => option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<T>() is { } value && value.CompareTo(least) < 0)
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{option.Name} is {value}; it must be at least {least}."));
    });

    private static T? Parse<T>(ArgumentResult argument, Func<string, T?> parse)
        where T : class
    {
        string text = argument.Tokens[0].Value;
        T? value = parse(text);
        if (value is null)
            argument.AddError($"'{text}' is no such address.");

        return value;
    }
}
