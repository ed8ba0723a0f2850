using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.EntityFramework;

/// <summary>Relations between entities, and the parts that they own.</summary>
internal static partial class FluentVocabulary
{
    private static (bool, FluentScope?) OnRelation(FluentCall call, RelationScope scope)
    {
        var relation = scope.Relation;
        switch (call.Name)
        {
            case "WithOne" or "WithMany":
                relation.ManySources = call.Name == "WithMany";
                relation.Inverse = call.Frame.Members(call.Argument(0)).FirstOrDefault();
                break;
            case "HasForeignKey":
                var members = Members(call, "");
                if (call.Type() is { } dependent)
                {
                    relation.DependentName = dependent.ModelName();
                }
                else if (relation.IsOneToOne && members.Length > 1)
                {
                    // The snapshot's form: the dependent's name comes first.
                    relation.DependentName = members[0];
                    members = members.RemoveAt(0);
                }

                relation.ForeignKey = members;
                break;
            case "HasPrincipalKey":
                // What a foreign key refers to is unique.
                var principal = call.Type()?.ModelName() ?? (relation.ManyTargets ? relation.From.Name : relation.TargetName);
                if (principal is not null && Members(call, "") is { IsEmpty: false } referred && (!relation.IsOneToOne || call.Type() is not null))
                {
                    call.Reader.Model.Entity(principal).AlternateKeys.Add(referred);
                }

                break;
            case "UsingEntity":
                foreach (var argument in call.Arguments)
                {
                    if (argument.Expression is AnonymousFunctionExpressionSyntax && JoinEntity(call) is { } join)
                    {
                        call.Reader.Run(argument.Expression, call.Frame, new EntityScope(join));
                    }
                }

                break;
        }

        return (true, scope);
    }

    private static EntityDraft? JoinEntity(FluentCall call) =>
        call.Type() is { } type ? call.Reader.Model.Entity(type) : call.Text(0) is { } name ? call.Reader.Model.Entity(name) : null;

    private static RelationDraft Relation(FluentCall call, EntityDraft draft, string path, bool many)
    {
        var lambda = call.Argument(0) is LambdaExpressionSyntax ? call.Frame.Members(call.Argument(0)).FirstOrDefault() : null;
        string? target = null, navigation = null;
        if (lambda is not null)
        {
            navigation = path + lambda;
            target = call.Frame.Type(call.TypeArgument())?.ModelName() ?? (draft.Type?.TypeAt(navigation).Row() as INamedTypeSymbol)?.ModelName();
        }
        else if (call.Type() is { } type)
        {
            target = type.ModelName();
            navigation = call.Text(call.TypeArgument() is null ? 1 : 0);
        }
        else if (call.Arguments.Count == 1)
        {
            navigation = call.Text(0);
            target = navigation is null ? null : (draft.Type?.TypeAt(navigation).Row() as INamedTypeSymbol)?.ModelName();
        }
        else
        {
            target = call.Text(0);
            navigation = call.Text(1);
        }

        var relation = new RelationDraft(draft, navigation, target, many);
        draft.Relations.Add(relation);
        return relation;
    }

    private static (bool, FluentScope?) Part(FluentCall call, EntityScope scope)
    {
        var (draft, path) = scope;
        var many = call.Name == "OwnsMany";
        var texts = call.Arguments.Select(a => call.Frame.Text(a.Expression)).OfType<string>().ToList();
        var navigation = call.Arguments.Count > 0 && call.Argument(0) is LambdaExpressionSyntax lambda && texts.Count == 0
            ? call.Frame.Members(lambda).FirstOrDefault()
            : texts.LastOrDefault();
        if (navigation is null)
        {
            return (true, null);
        }

        var type = call.Frame.Type(call.TypeArgument()) ?? draft.Type?.TypeAt(path + navigation).Row() as INamedTypeSymbol;
        var typeName = texts.Count > 1 ? texts[0] : type?.ModelName();
        draft.Parts[path + navigation] = new PartDraft(typeName, type, many);
        FluentScope inner = new EntityScope(draft, path + navigation + ".");
        if (many)
        {
            var owned = type is not null ? call.Reader.Model.Entity(type) : typeName is not null ? call.Reader.Model.Entity(typeName) : null;
            if (owned is not null)
            {
                owned.OwnerName = draft.Name;
                inner = new EntityScope(owned);
            }
        }

        if (call.Arguments.Count > 1 && call.Frame.Text(call.Last) is null)
        {
            call.Reader.Run(call.Last, call.Frame, inner);
            return (true, scope);
        }

        return (true, inner);
    }
}
