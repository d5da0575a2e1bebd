namespace Scott.Models.Zoo;

/// <summary>A manifest that was taken from its copy in the cache.</summary>
/// <param name="Address">Its address, for people.</param>
/// <param name="Age">The time since it was fetched.</param>
/// <param name="Reason">Why it was not fetched anew.</param>
internal sealed record RecalledManifest(string Address, TimeSpan Age, string Reason)
{
    /// <summary>The age in the largest unit that fits.</summary>
    public string AgeText => Age switch
    {
        { TotalDays: >= 1 } => Plural.Of((long)Age.TotalDays, "day"),
        { TotalHours: >= 1 } => Plural.Of((long)Age.TotalHours, "hour"),
        { TotalMinutes: >= 1 } => Plural.Of((long)Age.TotalMinutes, "minute"),
        _ => "less than a minute",
    };

    /// <summary>What errors say about a model that this manifest lists.</summary>
    public override string ToString() => $"The manifest '{Address}' is the copy in the cache, {AgeText} old: {Reason}";
}
