using System.Diagnostics;
using Proof;
using Proof.Databases;
using Proof.Texts;

ThreadPool.SetMinThreads(32, 32);
switch (args)
{
    case ["run", var path, var database]:
        var watch = Stopwatch.StartNew();
        Console.WriteLine(await Execution.OfAsync(CaseFile.Read(path).Text, Target.All.Single(t => t.Name == database)));
        Console.WriteLine(watch.Elapsed);
        return 0;
    case ["show", var path, var database]:
        var shown = await Demonstration.OfAsync(CaseFile.Read(path), Target.All.Single(t => t.Name == database));
        Console.WriteLine(string.Join(Environment.NewLine, [.. shown.Findings, shown.Racing?.ToString() ?? "not executed", .. shown.Fixes]));
        return 0;
    case ["table"]:
        Console.Write(await Table.MakeAsync());
        return 0;
    case ["table", var file]:
        await File.WriteAllTextAsync(file, await Table.MakeAsync());
        return 0;
    default:
        return await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
}
