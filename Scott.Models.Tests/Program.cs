using Scott.Models.Tests;
using Scott.Models.Tests.Processes;

// Tests that need a process of their own start this program again as a child.
return args is [ChildProcess.Marker, string role, .. string[] rest]
    ? ChildRoles.Run(role, rest)
    : await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
