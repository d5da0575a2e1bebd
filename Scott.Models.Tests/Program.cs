using Scott.Models.Tests;
using Scott.Models.Tests.Processes;

// Tests that need a process of their own start this program again as a child.
if (args is [ChildProcess.Marker, string role, .. string[] rest])
    return ChildRoles.Run(role, rest);

TestEnvironment.Isolate();
return await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
