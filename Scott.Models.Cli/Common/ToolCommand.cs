using System.CommandLine;

namespace Scott.Models.Cli;

/// <summary>A command with examples for its help.</summary>
internal sealed class ToolCommand(string name, string description, string examples) : Command(name, description)
{
    public string Examples => examples;
}
