using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.EntityFramework;

/// <summary>Conditions in loops over all entity types: <c>if (typeof(IVersioned).IsAssignableFrom(type.ClrType))</c>.</summary>
internal sealed partial class FluentReader
{
    private void ReadBranch(IfStatementSyntax branch, FluentFrame frame)
    {
        var loops = frame.Names.Values.OfType<EachEntityScope>().Select(scope => scope.Pattern).Distinct().ToList();
        var properties = frame.Names.Values.OfType<EachPropertyScope>().Select(scope => scope.Pattern).Distinct().ToList();
        if (loops.Count == 0 && properties.Count == 0)
        {
            Evaluate(branch.Condition, frame);
            ReadStatement(branch.Statement, frame.Inner());
            ReadStatement(branch.Else?.Statement, frame.Inner());
            return;
        }

        // "if (!condition) continue;" narrows what follows.
        if (branch.Statement is ContinueStatementSyntax or BlockSyntax { Statements: [ContinueStatementSyntax] })
        {
            Narrow(branch.Condition, frame, isNegated: true);
            return;
        }

        var inner = frame.Inner();
        Narrow(branch.Condition, inner, isNegated: false);
        ReadStatement(branch.Statement, inner);
        if (branch.Else?.Statement is { } otherwise)
        {
            inner = frame.Inner();
            Narrow(branch.Condition, inner, isNegated: true);
            ReadStatement(otherwise, inner);
        }
    }

    /// <summary>Replaces each loop's names in the frame by those of a pattern that holds under the condition.</summary>
    private void Narrow(ExpressionSyntax condition, FluentFrame frame, bool isNegated)
    {
        foreach (var pattern in frame.Names.Values.Select(PatternOf).OfType<EntityPattern>().Distinct().ToList())
        {
            var narrowed = new EntityPattern(pattern);
            model.Patterns.Add(narrowed);
            var scopes = frame.Names.Where(pair => PatternOf(pair.Value) == pattern || pair.Value is PropertyScope { Draft: var draft } && draft == pattern.Draft).ToList();
            FluentScope? named = null;
            Restrict(condition, frame, narrowed, isNegated, ref named);
            foreach (var pair in scopes)
            {
                frame.Names[pair.Key] = pair.Value switch
                {
                    PropertyScope { Property.Path: var path } => Looked(narrowed, path),
                    EachPropertyScope => named ?? new EachPropertyScope(narrowed),
                    _ => new EachEntityScope(narrowed),
                };
            }
        }
    }

    /// <summary>What is left of a sequence after <c>Where(e => condition)</c>.</summary>
    public FluentScope Narrow(LambdaExpressionSyntax condition, FluentFrame frame, FluentScope sequence)
    {
        var pattern = PatternOf(sequence)!;
        var narrowed = new EntityPattern(pattern);
        model.Patterns.Add(narrowed);
        var inner = frame.Inner();
        if (ParameterName(condition) is { } parameter)
        {
            inner.Names[parameter] = sequence;
        }

        FluentScope? named = null;
        Restrict(condition.ExpressionBody, inner, narrowed, false, ref named);
        return sequence is EachPropertyScope ? named ?? new EachPropertyScope(narrowed) : new EachEntityScope(narrowed);
    }

    private static EntityPattern? PatternOf(FluentScope scope) => scope switch
    {
        EachEntityScope { Pattern: var pattern } => pattern,
        EachPropertyScope { Pattern: var pattern } => pattern,
        _ => null,
    };

    private void Restrict(ExpressionSyntax? condition, FluentFrame frame, EntityPattern pattern, bool isNegated, ref FluentScope? named)
    {
        switch (condition)
        {
            case ParenthesizedExpressionSyntax { Expression: var inner }:
                Restrict(inner, frame, pattern, isNegated, ref named);
                return;
            case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalNotExpression, Operand: var inner }:
                Restrict(inner, frame, pattern, !isNegated, ref named);
                return;
            case BinaryExpressionSyntax { RawKind: var kind } both
                when kind == (int)(isNegated ? SyntaxKind.LogicalOrExpression : SyntaxKind.LogicalAndExpression):
                Restrict(both.Left, frame, pattern, isNegated, ref named);
                Restrict(both.Right, frame, pattern, isNegated, ref named);
                return;
        }

        if (condition is null || IsHarmless(condition) || IsNullTest(condition, frame))
        {
            return;
        }

        if (RequiredName(condition, frame, isNegated, pattern) is { } property)
        {
            named = property;
        }
        else if (RequiredType(condition, frame, isNegated) is { } type)
        {
            pattern.RequiredTypes = pattern.RequiredTypes.Add(type);
        }
        else if (RequiredMember(condition, frame, isNegated) is { } member)
        {
            pattern.RequiredMembers = pattern.RequiredMembers.Add(member);
        }
        else
        {
            pattern.IsUncertain = true;
        }
    }

    /// <summary>Conditions that leave the ordinary entity in: owned types, derived types and keyless ones are skipped.</summary>
    private static bool IsHarmless(ExpressionSyntax condition)
    {
        var text = condition.ToString();
        return text.Contains("IsOwned") || text.Contains("BaseType") || text.Contains("IsKeyless") || text.Contains("FindPrimaryKey")
            || text.Contains("IsAbstract") || text.EndsWith("ClrType != null", StringComparison.Ordinal);
    }

    /// <summary>Whether a property that was looked up is there.</summary>
    private static bool IsNullTest(ExpressionSyntax condition, FluentFrame frame)
    {
        var tested = condition switch
        {
            BinaryExpressionSyntax { Right: LiteralExpressionSyntax { RawKind: (int)SyntaxKind.NullLiteralExpression }, Left: var left } => left,
            IsPatternExpressionSyntax { Expression: var left } => left,
            _ => null,
        };
        return tested is IdentifierNameSyntax { Identifier.ValueText: var name } && frame.Names.TryGetValue(name, out var scope) && scope is PropertyScope;
    }

    /// <summary><c>typeof(T).IsAssignableFrom(e.ClrType)</c>, <c>e.ClrType.IsAssignableTo(typeof(T))</c>, <c>…GetInterfaces().Contains(typeof(T))</c>.</summary>
    private static INamedTypeSymbol? RequiredType(ExpressionSyntax condition, FluentFrame frame, bool isNegated)
    {
        if (isNegated)
        {
            return null;
        }

        var call = condition as InvocationExpressionSyntax;
        var name = (call?.Expression as MemberAccessExpressionSyntax)?.Name.Identifier.ValueText;
        var syntax = call?.Expression is MemberAccessExpressionSyntax { Expression: TypeOfExpressionSyntax { Type: var from } } && name == "IsAssignableFrom"
            ? from
            : name is "IsAssignableTo" or "IsSubclassOf" or "Contains" && call!.ArgumentList.Arguments is [{ Expression: TypeOfExpressionSyntax { Type: var to } }]
                ? to
                : condition is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.EqualsExpression, Right: TypeOfExpressionSyntax { Type: var equal } }
                    ? equal
                    : null;
        return frame.Type(syntax);
    }

    /// <summary><c>e.FindProperty("X") != null</c>, <c>e.ClrType.GetProperty("X") is { }</c>.</summary>
    private static string? RequiredMember(ExpressionSyntax condition, FluentFrame frame, bool isNegated)
    {
        var (asked, holds) = condition switch
        {
            BinaryExpressionSyntax { RawKind: (int)SyntaxKind.NotEqualsExpression, Left: var left } => (left, true),
            BinaryExpressionSyntax { RawKind: (int)SyntaxKind.EqualsExpression, Left: var left } => (left, false),
            IsPatternExpressionSyntax { Expression: var left, Pattern: ConstantPatternSyntax } => (left, false),
            IsPatternExpressionSyntax { Expression: var left } => (left, true),
            _ => (null, false),
        };
        return holds != isNegated
            && asked is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "FindProperty" or "GetProperty" }, ArgumentList.Arguments: [var member, ..] }
            ? frame.Text(member.Expression)
            : null;
    }

    /// <summary><c>property.Name == "Version"</c> picks one property of each entity.</summary>
    private static FluentScope? RequiredName(ExpressionSyntax condition, FluentFrame frame, bool isNegated, EntityPattern pattern) =>
        !isNegated
        && condition is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.EqualsExpression, Left: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Name", Expression: IdentifierNameSyntax { Identifier.ValueText: var variable } }, Right: var right }
        && frame.Names.TryGetValue(variable, out var scope) && scope is EachPropertyScope
        && frame.Text(right) is { } name
            ? Looked(pattern, name)
            : null;

    private static PropertyScope Looked(EntityPattern pattern, string path)
    {
        var property = pattern.Draft.Property(path);
        property.OnlyWherePresent = true;
        return new PropertyScope(pattern.Draft, property);
    }
}
