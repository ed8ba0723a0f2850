using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using RaceAnalyzers.Flow;

namespace RaceAnalyzers.Model;

/// <summary>What callers of the body need to know: what it gives back, what it throws on, what it puts into its parameters, what it does to rows.</summary>
internal sealed partial class Interpreter
{
    private Value Returned()
    {
        var result = (Value?)null;
        foreach (var (value, block) in _returns)
        {
            var decided = DecidedHere(value, block);
            result = result is null ? decided : Value.Join(result, decided);
        }
        return result ?? Value.Unknown;
    }

    private ImmutableArray<Check> Guards()
    {
        var guards = ImmutableArray.CreateBuilder<Check>();
        foreach (var e in _events)
            if (e.Kind is EventKind.Throw or EventKind.Guard)
                foreach (var check in e.Checks)
                    if (guards.Count < 6 && !guards.Any(g => g.Node == check.Node && g.Condition.Equals(check.Condition))) guards.Add(check);
        return guards.ToImmutable();
    }

    private ImmutableDictionary<ISymbol, Value> Outs(State?[] entries)
    {
        var outs = ImmutableDictionary.Create<ISymbol, Value>(SymbolEqualityComparer.Default);
        if (_symbol is not IMethodSymbol method || entries[_flow.Count - 1] is not { } last) return outs;
        foreach (var parameter in method.Parameters)
            if (last.Of(parameter) is { } value && (parameter.RefKind is RefKind.Out or RefKind.Ref || value.Members is not null)) outs = outs.SetItem(parameter, value);
        return outs;
    }

    private const int MostExported = 30;
    private const int MostExportedChecks = 6;

    /// <summary>The events that can be a part of a caller's sequence.</summary>
    private ImmutableArray<Event> Exported(Value returns, ImmutableArray<Check> guards, ImmutableDictionary<ISymbol, Value> outs)
    {
        var open = new HashSet<Read>();
        void Open(Value value)
        {
            foreach (var origin in value.AllOrigins())
                for (var read = origin.Read; read is not null && open.Add(read); read = read.Query.Source) { }
        }
        Open(returns);
        foreach (var guard in guards) Open(guard.Condition);
        foreach (var value in outs.Values) Open(value);
        var exported = ImmutableArray.CreateBuilder<Event>();
        var saves = 0;
        foreach (var e in _events)
        {
            var isExported = e.Kind switch
            {
                EventKind.Return or EventKind.Throw or EventKind.Effect or EventKind.Guard or EventKind.Call => false,
                EventKind.Read => open.Contains(e.Read!),
                EventKind.Write => e.Name == ".ctor" || IsOfGivenNumber(e) || e.Target.Origins.Any(o => o.Read is null || open.Contains(o.Read)),
                EventKind.Remove or EventKind.Update => e.Target.Origins.IsEmpty || e.Target.Origins.Any(o => o.Read is null || open.Contains(o.Read)),
                EventKind.Save => ++saves <= 3,
                _ => true,
            };
            if (!isExported || exported.Count >= MostExported) continue;
            if (e.Checks.Length > MostExportedChecks) e.ExportedChecks = e.Checks.Take(MostExportedChecks).ToImmutableArray();
            exported.Add(e);
        }
        return exported.ToImmutable();

        // The caller may have computed it from an earlier read of the same row.
        static bool IsOfGivenNumber(Event write) => write.Value.Origins is [{ Kind: OriginKind.Is, Subject: Outside { Root: IParameterSymbol, Type: { SpecialType: >= SpecialType.System_SByte and <= SpecialType.System_Double } } }];
    }
}
