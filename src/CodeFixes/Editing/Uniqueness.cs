using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RaceAnalyzers.EntityFramework;

namespace RaceAnalyzers.Editing;

/// <summary>
/// Whether a check asks for nothing but columns: then an index over them forbids what the check forbids. A state beside them
/// (<c>x.Status == Paid</c>, <c>!x.IsDeleted</c>), or conditions that stand where nobody sees them, would make the index forbid more.
/// </summary>
internal sealed class Uniqueness
{
    private readonly HashSet<string> columns;
    private readonly INamedTypeSymbol entity;
    private readonly EntityFacts facts;
    private readonly Compilation compilation;
    private readonly HashSet<string> compared = [];
    private bool isOfParent;

    private Uniqueness(HashSet<string> columns, INamedTypeSymbol entity, EntityFacts facts, Compilation compilation) => (this.columns, this.entity, this.facts, this.compilation) = (columns, entity, facts, compilation);

    public static bool IsWhole(Finding finding, INamedTypeSymbol entity, EntityFacts facts, HashSet<string> columns)
    {
        var uniqueness = new Uniqueness(columns, entity, facts, finding.Model.Compilation);
        // A wider key says that these columns alone come again.
        if (facts.UniqueKeys.Any(key => key.Members.Length > columns.Count && columns.All(key.Members.Contains)))
        {
            return false;
        }

        var asked = finding.Anywhere("read").Concat(finding.Anywhere("check")).ToArray();
        // A parent's key is compared by going through its collection.
        return asked.Length > 0 && asked.All(node => uniqueness.IsPlain(node, 3))
            && columns.All(column => uniqueness.compared.Contains(column) || uniqueness.isOfParent && facts.ForeignKeys.Any(key => key.Members.Contains(column)));
    }

    /// <summary>What all callers pass for a parameter of a private method; null where they are not all in sight.</summary>
    private static IReadOnlyList<(ExpressionSyntax Value, SemanticModel Sight)>? ArgumentsFor(IParameterSymbol parameter, Compilation compilation)
    {
        if (parameter.ContainingSymbol is not IMethodSymbol { DeclaredAccessibility: Accessibility.Private, MethodKind: MethodKind.Ordinary } method)
        {
            return null;
        }

        var arguments = new List<(ExpressionSyntax, SemanticModel)>();
        foreach (var type in method.ContainingType.DeclaringSyntaxReferences.Select(place => place.GetSyntax()))
        {
            var sight = compilation.GetSemanticModel(type.SyntaxTree);
            foreach (var name in type.DescendantNodes().OfType<IdentifierNameSyntax>().Where(name => name.Identifier.Text == method.Name && SymbolEqualityComparer.Default.Equals(sight.GetSymbolInfo(name).Symbol, method)))
            {
                if ((name.Parent is MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } access ? access : (ExpressionSyntax)name).Parent is not InvocationExpressionSyntax call || call.ArgumentList.Arguments.Count <= parameter.Ordinal || call.ArgumentList.Arguments.Any(argument => argument.NameColon is not null))
                {
                    return null;
                }

                arguments.Add((call.ArgumentList.Arguments[parameter.Ordinal].Expression, sight));
            }
        }

        return arguments.Count > 0 ? arguments : null;
    }

    /// <summary>The query or the condition that a node is part of, and what the locals in it were set to.</summary>
    private bool IsPlain(SyntaxNode node, int depth)
    {
        if (Source.ModelOf(node.SyntaxTree, compilation) is not { } model)
        {
            return false;
        }

        var whole = node.FirstAncestorOrSelf<IfStatementSyntax>() is { } choice && choice.Condition.Span.Contains(node.Span) ? choice.Condition
            : node.AncestorsAndSelf().OfType<ExpressionSyntax>().TakeWhile(part => part is not (AssignmentExpressionSyntax or AnonymousFunctionExpressionSyntax)).LastOrDefault() ?? node;
        return IsPlain(whole, model, depth);
    }

    private bool IsPlain(SyntaxNode whole, SemanticModel model, int depth)
    {
        foreach (var part in whole.DescendantNodesAndSelf())
        {
            if (part is QueryExpressionSyntax || part is LambdaExpressionSyntax lambda && !AsksOnlyColumns(lambda, model))
            {
                return false;
            }

            if (part is InvocationExpressionSyntax { ArgumentList.Arguments.Count: > 0 } call && model.GetSymbolInfo(call).Symbol is IMethodSymbol method && HandsOut(method) is { } many
                && !(depth > 0 && new Implementations(compilation).BodyOf(method) is { } body ? !IsGivenConstant(call, model) && IsPlain(body.Node, body.Sight, depth - 1) : !many))
            {
                return false;
            }

            if (IsOfParent(part, model))
            {
                return false;
            }

            // A query that was begun elsewhere: in a statement before, or by a caller, who may ask for more.
            if (part is IdentifierNameSyntax name && model.GetSymbolInfo(name).Symbol switch
            {
                ILocalSymbol local when depth > 0 || IsRows(local.Type) => !whole.Span.Contains(local.Locations[0].SourceSpan) && !IsPlain(local, model, depth),
                IParameterSymbol given => IsRows(given.Type) && !(depth > 0 && ArgumentsFor(given, compilation) is { } arguments && arguments.All(argument => IsPlain(argument.Value, argument.Sight, depth - 1))),
                _ => false,
            })
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The rows of one parent, whose key is no column: the same value may stand among another parent's.</summary>
    private bool IsOfParent(SyntaxNode node, SemanticModel model)
    {
        if (node is not MemberAccessExpressionSyntax access || model.GetSymbolInfo(access).Symbol is not IPropertySymbol collection || !IsRows(collection.Type))
        {
            return false;
        }

        if (collection.Type.Name == "DbSet")
        {
            return !IsInSight(collection.ContainingType);
        }

        isOfParent = true;
        return !facts.ForeignKeys.Any(key => key.Members.All(columns.Contains));
    }

    /// <summary>A base of the context that nobody sees may keep the rows of other tenants, and deleted ones, from its queries.</summary>
    private static bool IsInSight(INamedTypeSymbol context)
    {
        for (var type = context; type is not null && Sequence.IsContext(type); type = type.BaseType)
        {
            if (type.ContainingNamespace.ToDisplayString().IsWithin("Microsoft"))
            {
                return true;
            }

            if (type.Locations.All(place => !place.IsInSource))
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>What is a parameter there is a state here.</summary>
    private static bool IsGivenConstant(InvocationExpressionSyntax call, SemanticModel model) =>
        call.ArgumentList.Arguments.Any(argument => model.GetConstantValue(argument.Expression) is { HasValue: true, Value: not null });

    /// <summary>Whether a method of one's own gives several rows of the entity, among which it may choose, or one, or tells whether there is one; null for neither.</summary>
    private bool? HandsOut(IMethodSymbol method)
    {
        var given = method.ReturnType is INamedTypeSymbol { Name: "Task" or "ValueTask", TypeArguments: { Length: 1 } of } ? of[0] : method.ReturnType;
        return (method.ReducedFrom ?? method).ContainingNamespace?.ToDisplayString() is "System.Linq" or "Microsoft.EntityFrameworkCore" ? null
            : IsRows(given) ? true : given.SpecialType == SpecialType.System_Boolean || SymbolEqualityComparer.Default.Equals(given, entity) ? false : null;
    }

    private bool IsPlain(ILocalSymbol local, SemanticModel model, int depth) => local.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() switch
    {
        VariableDeclaratorSyntax { Initializer.Value: { } value } => depth > 0 && IsPlain(value, model, depth - 1),
        VariableDeclaratorSyntax => !IsRows(local.Type),
        // The row of a loop, or of a pattern: where it comes from stands beside it.
        ForEachStatementSyntax loop => !IsOfParent(loop.Expression, model),
        SingleVariableDesignationSyntax => true,
        _ => false,
    };

    private bool IsRows(ITypeSymbol type) => type is INamedTypeSymbol { TypeArguments: { Length: 1 } of } && SymbolEqualityComparer.Default.Equals(of[0], entity);

    private bool AsksOnlyColumns(LambdaExpressionSyntax lambda, SemanticModel model) =>
        RowQuery.ParameterOf(lambda) is not { } parameter || lambda.ExpressionBody is not { } body
        || model.GetDeclaredSymbol(parameter) is not IParameterSymbol row || !SymbolEqualityComparer.Default.Equals(row.Type, entity)
        || (model.GetTypeInfo(body).Type is not { SpecialType: SpecialType.System_Boolean } ? IsOrder(lambda) || NamesOnlyColumns(body, parameter.Identifier.Text, IsKey(lambda))
            : Insertion.Parts(body).ToArray() is var parts && parts.All(part => Insertion.IsPresence(part, parts) || IsColumn(part, parameter.Identifier.Text, model)));

    /// <summary>What is included or in which order it comes chooses nothing.</summary>
    private static bool IsOrder(LambdaExpressionSyntax lambda) => lambda.Parent is ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax call }
        && Style.NameOf(call) is "Include" or "ThenInclude" or "OrderBy" or "OrderByDescending" or "ThenBy" or "ThenByDescending";

    /// <summary>By the key of a dictionary the rows are compared.</summary>
    private static bool IsKey(LambdaExpressionSyntax lambda) => lambda.Parent is ArgumentSyntax { Parent: ArgumentListSyntax { Parent: InvocationExpressionSyntax call } list }
        && list.Arguments[0].Expression == lambda && Style.NameOf(call) is "ToDictionary" or "ToDictionaryAsync";

    /// <summary>What is picked of the rows (a dictionary's key, a projection) may be what is compared in the end.</summary>
    private bool NamesOnlyColumns(ExpressionSyntax body, string row, bool isKey) => body.DescendantNodesAndSelf().OfType<MemberAccessExpressionSyntax>()
        .All(access => access.Expression is not IdentifierNameSyntax name || name.Identifier.Text != row
            || columns.Contains(access.Name.Identifier.Text) && (!isKey || compared.Add(access.Name.Identifier.Text) || true));

    private bool IsColumn(ExpressionSyntax part, string row, SemanticModel model)
    {
        if (part is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.Text: "Contains" }, ArgumentList.Arguments: { Count: 1 } among })
        {
            return IsColumn(among[0].Expression, row);
        }

        return Insertion.Equal(part) is { } equal
            && (IsColumn(equal.Left, row) && IsOpen(equal.Right, row, model) || IsColumn(equal.Right, row) && IsOpen(equal.Left, row, model));
    }

    private bool IsColumn(ExpressionSyntax side, string row) => side switch
    {
        InvocationExpressionSyntax { ArgumentList.Arguments.Count: 0, Expression: MemberAccessExpressionSyntax { Name.Identifier.Text: "ToLower" or "ToUpper" or "ToLowerInvariant" or "ToUpperInvariant" or "Trim" } call } => IsColumn(call.Expression, row),
        MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax name } access => name.Identifier.Text == row && columns.Contains(access.Name.Identifier.Text) && (compared.Add(access.Name.Identifier.Text) || true),
        _ => false,
    };

    /// <summary>A value that differs from call to call: one that is fixed makes a state of the column, which many rows may have.</summary>
    private static bool IsOpen(ExpressionSyntax side, string row, SemanticModel model) =>
        !model.GetConstantValue(side).HasValue && !side.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Any(name => name.Identifier.Text == row)
        && side.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Any(name => model.GetSymbolInfo(name).Symbol is ILocalSymbol { IsConst: false } or IParameterSymbol or IPropertySymbol or IFieldSymbol { IsConst: false, IsReadOnly: false } or IFieldSymbol { IsStatic: false } or IMethodSymbol);
}
