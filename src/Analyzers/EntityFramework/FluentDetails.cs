using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.EntityFramework;

/// <summary>Properties, indexes, loops and conventions by type.</summary>
internal static partial class FluentVocabulary
{
    private static (bool, FluentScope?) OnProperty(FluentCall call, PropertyScope scope)
    {
        var property = scope.Property;
        switch (call.Name)
        {
            case "IsRowVersion":
                property.IsToken = property.IsGeneratedOnUpdate = true;
                break;
            case "IsConcurrencyToken":
                property.IsToken = call.Flag();
                break;
            case "ValueGeneratedOnAddOrUpdate" or "ValueGeneratedOnUpdate":
                property.IsGeneratedOnUpdate = true;
                break;
            case "ValueGeneratedOnAdd" or "UseIdentityColumn" or "UseIdentityAlwaysColumn" or "UseIdentityByDefaultColumn" or "UseSerialColumn"
                or "UseMySqlIdentityColumn" or "UseHiLo" or "UseSequence":
                property.IsGeneratedOnAdd = true;
                break;
            case "ValueGeneratedNever":
                property.IsGeneratedOnAdd = false;
                break;
            case "HasColumnName" or "SetColumnName":
                property.Column = call.Text(0);
                property.ColumnUnknown = property.Column is null;
                break;
            case "HasConversion" or "SetValueConverter":
                property.IsConverted = true;
                break;
        }

        // Whatever else is said of a property, by whomever, it stays that property.
        return (true, scope);
    }

    private static (bool, FluentScope?) OnIndex(FluentCall call, IndexScope scope)
    {
        switch (call.Name)
        {
            case "IsUnique":
                scope.Index.IsUnique = call.Flag();
                break;
            case "HasFilter":
                // A filter that cannot be read still filters.
                scope.Index.Filter = call.Argument(0) is LiteralExpressionSyntax { RawKind: (int)SyntaxKind.NullLiteralExpression } ? null : call.Text(0) ?? UniqueKey.UnknownFilter;
                break;
            case "HasDatabaseName" or "HasName":
                scope.Index.DatabaseName = call.Text(0);
                break;
        }

        return (true, scope);
    }

    private static (bool, FluentScope?) OnTypes(FluentCall call, TypeConventionScope scope)
    {
        if (call.Name is "HaveConversion" or "HasConversion")
        {
            scope.Model.ConvertedTypes.Add(scope.TypeName);
        }

        return (true, scope);
    }

    private static (bool, FluentScope?) OnEachEntity(FluentCall call, EachEntityScope scope)
    {
        var pattern = scope.Pattern;
        switch (call.Name)
        {
            case "Where" when call.Argument(0) is LambdaExpressionSyntax condition:
                return (true, call.Reader.Narrow(condition, call.Frame, scope));
            case "Select" or "SelectMany" when call.Argument(0) is LambdaExpressionSyntax projection:
                return (true, call.Reader.Result(projection, call.Frame, scope));
            case "ToList" or "ToArray" or "AsEnumerable" or "OrderBy" or "Distinct":
                return (true, scope);
            case "ForEach":
                call.Reader.Run(call.Argument(0), call.Frame, scope);
                return (true, null);
            case "GetProperties" or "GetDeclaredProperties" or "GetFlattenedProperties":
                return (true, new EachPropertyScope(pattern));
            case "SetTableName" or "ToTable" or "SetSchema":
                call.Reader.Model.RewritesNames = true;
                return (true, scope);
            case "GetForeignKeys" or "GetNavigations" or "GetKeys" or "GetIndexes" or "GetTableName" or "GetDefaultTableName" or "SetQueryFilter"
                or "HasQueryFilter" or "IsOwned" or "FindNavigation" or "GetSchema" or "AddIgnored" or "HasTrigger":
                return (true, null);
        }

        return OnEntity(call, new EntityScope(pattern.Draft));
    }

    private static (bool, FluentScope?) OnEachProperty(FluentCall call, EachPropertyScope scope)
    {
        switch (call.Name)
        {
            case "Where" or "FirstOrDefault" or "First" or "Single" or "SingleOrDefault" when call.Argument(0) is LambdaExpressionSyntax condition:
                return (true, call.Reader.Narrow(condition, call.Frame, scope));
            case "IsRowVersion" or "IsConcurrencyToken" or "SetIsConcurrencyToken":
                scope.Pattern.SetsUnknownTokens = true;
                return (true, scope);
            case "SetColumnName":
                call.Reader.Model.RewritesNames = true;
                return (true, scope);
            default:
                return (true, scope);
        }
    }

    /// <summary>An assignment to metadata: <c>property.IsConcurrencyToken = true</c>.</summary>
    public static void Set(FluentScope owner, string member, ExpressionSyntax value)
    {
        var flag = value is not LiteralExpressionSyntax { RawKind: (int)SyntaxKind.FalseLiteralExpression };
        switch (owner)
        {
            case PropertyScope { Property: var property } when member == "IsConcurrencyToken":
                property.IsToken = flag;
                break;
            case PropertyScope { Property: var property } when member == "ValueGenerated":
                var generated = value.ToString();
                property.IsGeneratedOnUpdate = generated.EndsWith("Update", StringComparison.Ordinal);
                property.IsGeneratedOnAdd = generated.IndexOf("OnAdd", StringComparison.Ordinal) >= 0;
                break;
            case EachPropertyScope { Pattern: var pattern } when member == "IsConcurrencyToken" && flag:
                pattern.SetsUnknownTokens = true;
                break;
            case IndexScope { Index: var index } when member == "IsUnique":
                index.IsUnique = flag;
                break;
        }
    }
}
