using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using RaceAnalyzers.Model;
using RaceAnalyzers.Rules;

namespace RaceAnalyzers.Tests;

/// <summary>An analysis ends when it is told to, and leaves nothing behind. Alone, since processor time is counted for the process.</summary>
[Collection(nameof(GrowthTests))]
public class LifetimeTests
{
    /// <summary>An editor keeps the analyzer and makes a new compilation after every keystroke.</summary>
    [Fact]
    public void CompilationThatEnded_IsNotHeld()
    {
        var analyzer = new RaceAnalyzer();
        var ended = Analyze(analyzer, Shop.Service("""
                public void Buy(int id)
                {
                    var product = _db.Products.Single(p => p.Id == id);
                    product.Stock -= 1;
                    _db.SaveChanges();
                }
            """));
        // Whatever remembers the last compilation remembers another one now.
        Analyze(analyzer, Shop.Service(""));

        for (int i = 0; i < 10 && ended.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(ended.IsAlive);
    }

    /// <summary>
    /// In the processor's time, which other work on the machine does not lengthen; in the middle of one long method, of many calls, and of many callers. What
    /// the compiler does by itself, binding the method, is done before.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(7)]
    public void Cancellation_IsHonouredWithinATenthOfASecond(int tenths)
    {
        var late = TimeSpan.MaxValue;
        for (int attempt = 0; attempt < 3 && late >= Soon; attempt++) late = Run(Full.Value * tenths / 10).AfterCancellation;

        Assert.True(late < Soon, $"went on for {late.TotalMilliseconds:0} ms; a whole analysis takes {Full.Value.TotalMilliseconds:0} ms");
    }

    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(100);

    /// <summary>The second of two: the first is compiled while it runs.</summary>
    private static readonly Lazy<TimeSpan> Full = new(() => Enumerable.Range(0, 2).Min(_ => Run(Timeout.InfiniteTimeSpan).Whole));

    private static (TimeSpan Whole, TimeSpan AfterCancellation) Run(TimeSpan cancelAfter)
    {
        var compilation = Snippet.Compile(Shop.Service(Long()), Shop.Model);
        var engine = Engine.Of(compilation, new AnalyzerOptions([]), KeptByFile.Nowhere, CancellationToken.None)!;
        var methods = compilation.SyntaxTrees.SelectMany(tree => tree.GetRoot().DescendantNodes()).OfType<MethodDeclarationSyntax>().ToArray();
        foreach (var method in methods) engine.OperationOf(method, CancellationToken.None);
        GC.Collect();

        using var cancellation = new CancellationTokenSource();
        var started = Environment.CpuUsage.TotalTime;
        var cancelled = TimeSpan.MaxValue;
        using var ended = new ManualResetEventSlim();
        var canceller = new Thread(() =>
        {
            if (cancelAfter == Timeout.InfiniteTimeSpan) return;
            while (!ended.Wait(TimeSpan.FromMilliseconds(1)))
            {
                if (Environment.CpuUsage.TotalTime - started < cancelAfter) continue;
                cancelled = Environment.CpuUsage.TotalTime;
                cancellation.Cancel();
                return;
            }
        });
        canceller.Start();
        try
        {
            foreach (var method in methods)
            {
                if (engine.RootOf(method, cancellation.Token) is not { } body) continue;
                var model = new RaceModel(engine, body, cancellation.Token);
                _ = Judge.Findings(model).Count() + Judge.Notices(model).Count();
            }
        }
        catch (OperationCanceledException)
        {
        }

        var end = Environment.CpuUsage.TotalTime;
        ended.Set();
        canceller.Join();
        return (end - started, cancelled == TimeSpan.MaxValue ? TimeSpan.Zero : end - cancelled);
    }

    /// <summary>One method of thousands of statements, and many that call one another.</summary>
    private static string Long() => $$"""
            public void Update(int id)
            {
                {{string.Concat(Enumerable.Range(0, 500).Select(i => $"var row{i} = _db.Products.Single(p => p.Id == id + {i}); if (row{i}.Stock > 0) row{i}.Stock -= {i}; row{i}.Name = row{i}.Name + id;\n"))}}
                _db.SaveChanges();
            }

            {{string.Concat(Enumerable.Range(0, 200).Select(i => $"private Product Step{i}(int id) => id > {i} ? Step{i + 1}(id) : Step{i / 2}(id);\n"))}}
            private Product Step200(int id) { var product = _db.Products.Single(p => p.Id == id); product.Stock -= 1; _db.SaveChanges(); return product; }
        """;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Analyze(RaceAnalyzer analyzer, string service)
    {
        var compilation = Snippet.Compile(service, Shop.Model);
        compilation.WithAnalyzers([analyzer]).GetAnalyzerDiagnosticsAsync(CancellationToken.None).GetAwaiter().GetResult();
        return new(compilation);
    }
}
