using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RaceAnalyzers.EntityFramework;
using RaceAnalyzers.Flow;

namespace RaceAnalyzers.Model;

internal sealed partial class Interpreter
{
    private Value Create(IObjectCreationOperation creation)
    {
        var value = Value.From(Origin.Is(new Fresh(creation.Syntax, null, creation.Type)));
        var arguments = creation.Arguments.Select(a => Evaluate(a.Value)).ToArray();
        if (creation.Constructor is { } constructor)
        {
            Scope(creation, constructor, arguments);
            if (creation.Arguments.Length > 0) CommandText(creation.Type, creation.Arguments[0].Value);
            if (!constructor.IsImplicitlyDeclared && BodyOf(constructor) is { } body) value = Construct(body, constructor, value, creation);
            for (var i = 0; i < creation.Arguments.Length; i++)
                if (creation.Arguments[i].Parameter is { } parameter && MemberFor(parameter, creation.Type) is { } member && value.Members?.ContainsKey(member) != true)
                    value = value.With(member, arguments[i]);
        }
        return creation.Initializer is { } initializer ? Initialize(initializer, value) : value;
    }

    /// <summary>A positional record's property, or the property of the parameter's name.</summary>
    private static string? MemberFor(IParameterSymbol parameter, ITypeSymbol? type)
    {
        if (type is null) return null;
        foreach (var member in type.GetMembers())
            if (member is IPropertySymbol && string.Equals(member.Name, parameter.Name, StringComparison.OrdinalIgnoreCase)) return member.Name;
        return parameter.Name;
    }

    private Value Create(IAnonymousObjectCreationOperation creation)
    {
        var value = Value.From(Origin.Is(new Fresh(creation.Syntax, null, creation.Type)));
        foreach (var initializer in creation.Initializers)
            if (initializer is ISimpleAssignmentOperation { Target: IPropertyReferenceOperation property } assignment) value = value.With(property.Property.Name, Evaluate(assignment.Value));
        return value;
    }

    private Value Initialize(IObjectOrCollectionInitializerOperation? initializer, Value value)
    {
        if (initializer is null) return value;
        foreach (var part in initializer.Initializers)
            switch (part)
            {
                case ISimpleAssignmentOperation { Target: IMemberReferenceOperation target } assignment:
                    value = value.With(_engine.NameOf(target.Member), Evaluate(assignment.Value));
                    break;
                case IMemberInitializerOperation { InitializedMember: IMemberReferenceOperation target } member:
                    value = value.With(_engine.NameOf(target.Member), Initialize(member.Initializer, Value.Unknown));
                    break;
                case IInvocationOperation add:
                    foreach (var argument in add.Arguments) value = Value.Join(value, Evaluate(argument.Value));
                    break;
            }
        return value;
    }

    /// <summary>A copy (<c>with</c>): what is set in it is new, the rest is as it was; it is not the row, nor a part of it.</summary>
    private static Value Copied(Value original, SyntaxNode with, ITypeSymbol? type) =>
        Value.From(original.Origins.Where(o => o.Subject is not Fresh).Select(o => o.IsRow ? Origin.Of(o.Thing!, Origin.Whole) : o).Prepend(Origin.Is(new Fresh(with, null, type))), original.Decided).WithMembers(original.Members);

    private static bool IsCopy(Value value) => value.Origins.Any(o => o.Subject is Fresh { Node: WithExpressionSyntax });

    private Value Tuple(ITupleOperation tuple)
    {
        var value = Value.From(Origin.Is(new Fresh(tuple.Syntax, null, tuple.Type)));
        var names = (tuple.Type as INamedTypeSymbol)?.TupleElements;
        for (var i = 0; i < tuple.Elements.Length; i++)
        {
            var element = Evaluate(tuple.Elements[i]);
            value = value.With("Item" + (i + 1), element);
            if (names is { } n && i < n.Length && n[i].IsExplicitlyNamedTupleElement) value = value.With(n[i].Name, element);
        }
        return value;
    }
}
