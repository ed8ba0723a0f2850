using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.EntityFramework;

/// <summary>The words of the model-building API: what each method does to what it is called on.</summary>
internal static partial class FluentVocabulary
{
    /// <summary>Applies a call; false where the method is not one of EF Core's.</summary>
    public static bool TryApply(FluentCall call, out FluentScope? result)
    {
        (var known, result) = call.Receiver switch
        {
            ModelScope model => OnModel(call, model),
            EntityScope entity => OnEntity(call, entity),
            PropertyScope property => OnProperty(call, property),
            IndexScope index => OnIndex(call, index),
            RelationScope relation => OnRelation(call, relation),
            EachEntityScope each => OnEachEntity(call, each),
            EachPropertyScope each => OnEachProperty(call, each),
            TypeConventionScope types => OnTypes(call, types),
            OwnershipScope => (true, call.Receiver),
            _ => (false, null),
        };
        return known;
    }

    private static (bool, FluentScope?) OnModel(FluentCall call, ModelScope scope)
    {
        var draft = call.Reader.Model;
        switch (call.Name)
        {
            case "Entity" or "Owned" or "ComplexType":
                if (call.Reader.Evaluate(call.Argument(0), call.Frame) is EachEntityScope each)
                {
                    return Configure(call, 1, each, scope);
                }

                if ((call.Type() is { } type ? draft.Entity(type) : call.Text(0) is { } name ? draft.Entity(name) : null) is not { } entity)
                {
                    return (true, null);
                }

                if (scope.Context is { } context)
                {
                    entity.Contexts.Add(context);
                }

                return Configure(call, call.TypeArgument() is null ? 1 : 0, new EntityScope(entity), scope);
            case "HasDefaultSchema":
                if (scope.Context is { } schemaOwner)
                {
                    schemaOwner.DefaultSchema = call.Text(0);
                }

                return (true, scope);
            case "Ignore":
                if (call.Type() is { } ignored)
                {
                    draft.IgnoredTypes.Add(ignored.ModelName());
                }

                return (true, scope);
            case "ApplyConfiguration":
                call.Reader.ApplyConfiguration(call.Argument(0), call.Frame);
                return (true, scope);
            case "ApplyConfigurationsFromAssembly":
                if (scope.Context is { } applying && !call.Reader.IsOwnAssembly(call.Argument(0), call.Frame))
                {
                    applying.AppliesForeignConfigurations = true;
                }

                return (true, scope);
            case "GetEntityTypes":
                var pattern = new EntityPattern();
                draft.Patterns.Add(pattern);
                return (true, new EachEntityScope(pattern));
            case "Properties" or "DefaultTypeMapping":
                return (true, call.Type() is { } converted ? new TypeConventionScope(draft, converted.ModelName()) : null);
            case "HasAnnotation" or "UseCollation" or "HasSequence" or "SharedTypeEntity" or "HasDbFunction" or "HasChangeTrackingStrategy"
                or "UsePropertyAccessMode" or "UseModel" or "FinalizeModel":
                return (true, scope);
            default:
                return (false, null);
        }
    }

    /// <summary>Runs the action that configures <paramref name="inner"/>, if there is one; the call then gives <paramref name="outer"/>.</summary>
    private static (bool, FluentScope?) Configure(FluentCall call, int first, FluentScope inner, FluentScope outer)
    {
        var given = call.Arguments.Count > first ? call.Last : null;
        if (given is null || call.Frame.Text(given) is not null)
        {
            return (true, inner);
        }

        call.Reader.Run(given, call.Frame, inner);
        return (true, outer);
    }

    private static (bool, FluentScope?) OnEntity(FluentCall call, EntityScope scope)
    {
        var (draft, path) = scope;
        switch (call.Name)
        {
            case "Property" or "PrimitiveCollection" or "ComplexCollection" or "FindProperty" or "GetProperty" or "AddProperty":
                return (true, Property(call, draft, path));
            case "HasKey":
                if (path.Length == 0)
                {
                    draft.Key = Members(call, "");
                }

                return (true, null);
            case "HasNoKey":
                draft.Keyless = true;
                return (true, scope);
            case "HasAlternateKey":
                draft.AlternateKeys.Add(Members(call, path));
                return (true, null);
            case "HasIndex":
                var (members, name) = IndexMembers(call, path);
                return (true, members.IsEmpty ? null : new IndexScope(draft.Index(members, name)));
            case "Ignore":
                foreach (var ignored in Members(call, path))
                {
                    draft.Ignored.Add(ignored);
                }

                return (true, scope);
            case "ToTable" or "ToView" or "ToSqlQuery" or "ToFunction" or "SplitToTable" or "SetTableName" or "ToJson" or "ToContainer":
                Table(call, draft, path);
                return (true, scope);
            case "HasQueryFilter":
                if (call.Last is LambdaExpressionSyntax filter && path.Length == 0)
                {
                    draft.QueryFilters.Add(filter);
                }

                return (true, scope);
            case "HasDiscriminator" or "UseTphMappingStrategy" or "UseTptMappingStrategy" or "UseTpcMappingStrategy":
                draft.HasDiscriminator = true;
                return (true, null);
            case "HasBaseType":
                draft.BaseName = call.Type()?.ModelName() ?? call.Text(0);
                return (true, scope);
            case "UseXminAsConcurrencyToken":
                var xmin = draft.Property("xmin");
                xmin.IsToken = xmin.IsGeneratedOnUpdate = true;
                xmin.TypeText = "uint";
                return (true, scope);
            case "HasOne" or "HasMany":
                return (true, new RelationScope(Relation(call, draft, path, call.Name == "HasMany")));
            case "OwnsOne" or "OwnsMany" or "ComplexProperty":
                return Part(call, scope);
            case "WithOwner":
                return (true, new OwnershipScope());
            case "HasData" or "HasComment" or "HasAnnotation" or "HasTrigger" or "HasCheckConstraint" or "Navigation" or "UsePropertyAccessMode"
                or "HasChangeTrackingStrategy" or "IsMemoryOptimized" or "SetPropertyAccessMode" or "FindNavigation" or "SetQueryFilter"
                or "GetForeignKeys" or "GetNavigations" or "SetSchema" or "SetAnnotation" or "GetProperties" or "HasPartitionKey":
                return (true, call.Name is "Navigation" or "FindNavigation" or "GetForeignKeys" or "GetNavigations" or "GetProperties" ? null : scope);
            default:
                return (false, null);
        }
    }

    private static PropertyScope? Property(FluentCall call, EntityDraft draft, string path)
    {
        var named = call.Argument(0) is TypeOfExpressionSyntax ? 1 : 0;
        var members = call.Frame.Members(call.Argument(named));
        if (members.IsEmpty)
        {
            return null;
        }

        var property = draft.Property(path + members[0]);
        property.OnlyWherePresent |= call.Name is "FindProperty" or "GetProperty";
        if (call.TypeArgument() is { } type)
        {
            property.Type ??= call.Frame.Type(type);
            property.TypeText ??= type.ToString();
        }

        return new PropertyScope(draft, property);
    }

    private static ImmutableArray<string> Members(FluentCall call, string path)
    {
        var members = ImmutableArray.CreateBuilder<string>();
        foreach (var argument in call.Arguments)
        {
            foreach (var member in call.Frame.Members(argument.Expression))
            {
                members.Add(path + member);
            }
        }

        return members.ToImmutable();
    }

    /// <summary>A text after a lambda or an array is the index's name; texts alone are members.</summary>
    private static (ImmutableArray<string>, string?) IndexMembers(FluentCall call, string path)
    {
        if (call.Arguments.Count == 2 && call.Text(0) is null && call.Text(1) is { } name)
        {
            return (call.Frame.Members(call.Argument(0)).Select(member => path + member).ToImmutableArray(), name);
        }

        return (Members(call, path), null);
    }

    private static void Table(FluentCall call, EntityDraft draft, string path)
    {
        if (path.Length > 0)
        {
            if (draft.Parts.TryGetValue(path.TrimEnd('.'), out var part))
            {
                part.IsJson |= call.Name == "ToJson";
                part.Table = call.Text(0) ?? part.Table;
            }

            return;
        }

        draft.IsJson |= call.Name == "ToJson";

        if (call.Name is not ("ToTable" or "SetTableName"))
        {
            draft.TableUnknown = true;
        }
        else if (call.Text(0) is { } table)
        {
            draft.Table = table;
            draft.Schema = call.Text(1) ?? draft.Schema;
        }
        else if (call.Argument(0) is not AnonymousFunctionExpressionSyntax)
        {
            draft.TableUnknown = true;
        }
    }
}
