using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RaceAnalyzers.Flow;

namespace RaceAnalyzers.Model;

/// <summary>Checks that travel in an object: what it was told under them, it tells when it is asked.</summary>
internal sealed partial class Interpreter
{
    /// <summary><c>ModelState.AddModelError</c> remembers the checks under which it stands; <c>ModelState.IsValid</c> tells them.</summary>
    private bool ModelError(IInvocationOperation call)
    {
        if (call.TargetMethod.Name != "AddModelError" || !SymbolEqualityComparer.Default.Equals(call.TargetMethod.ContainingType, _engine.Symbols.ModelState)) return false;
        var state = call.TargetMethod.ContainingType;
        var errors = _state.Of(state) ?? Value.Unknown;
        _state = _state.With(state, errors.DecidedBy(DecidersOf(_block)));
        return true;
    }

    /// <summary>A result object that is told something on the way says later that the checks before it held.</summary>
    private void Tell(IInvocationOperation call)
    {
        if (call.Instance is ILocalReferenceOperation { Local: var result, Type: INamedTypeSymbol { TypeKind: TypeKind.Class } type } && _state.Of(result) is { } held && held.Origins is [{ Kind: OriginKind.Is, Subject: Fresh }]
            && _engine.HasSource(call.TargetMethod) && !_engine.MayBeRow(type) && (call.TargetMethod.ReturnsVoid || SymbolEqualityComparer.Default.Equals(call.TargetMethod.ReturnType, type)))
            _state = _state.With(result, held.DecidedBy(DecidersOf(_block)));
    }
}
