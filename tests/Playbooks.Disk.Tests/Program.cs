namespace Playbooks.Disk.Tests;

/// <summary>The tests; or, where the environment says so, the child that they kill.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (Kills.Child.IsAskedFor)
            return await Kills.Child.RunAsync();
        if (Cards.CardChild.IsAskedFor)
            return await Cards.CardChild.RunAsync();
        return args.Any(arg => arg is "--server" or "--internal-msbuild-node")
            ? await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
    }
}
