using Microsoft.CodeAnalysis;
using RaceAnalyzers.EntityFramework;

namespace RaceAnalyzers.Model;

internal enum WrapperKind { Read, Query, Insert, Update, Remove, Save, Begin, Commit }

/// <summary>What a repository's or unit of work's member does, told from its shape.</summary>
internal sealed record Wrapper(WrapperKind Kind, ITypeSymbol? Entity = null, ReadKind Read = ReadKind.Row, int Parameter = 0, bool SavesItself = false, bool NoTracking = false);

/// <summary>Wrappers by shape: layered solutions keep the code of a repository in a project that this one does not see.</summary>
internal static class Wrappers
{
    private static readonly string[] Reading = ["Get", "Find", "Query", "First", "Single", "List", "Load", "Fetch", "Read", "Table", "All"];
    private static readonly string[] Asking = ["Any", "Exists", "Is", "Has", "Contains"];
    private static readonly string[] Adding = ["Add", "Insert", "Create", "Attach"];
    private static readonly string[] Updating = ["Update", "Edit", "Modify"];
    private static readonly string[] Removing = ["Remove", "Delete"];
    private static readonly string[] Saving = ["SaveChanges", "SaveEntities", "Commit", "Complete", "Save"];

    public static Wrapper? Of(Engine engine, IMethodSymbol method, ITypeSymbol? receiver)
    {
        var type = method.ContainingType;
        var library = engine.Symbols.LibraryOf(type);
        if (library == Library.UserManager || library == Library.RoleManager) return OfManager(method, type);
        if (library != Library.None && library != Library.RepositoryBase || method.IsStatic || engine.IsSystem(type)) return null;
        var name = Operators.Sync(method.Name);
        var given = engine.Symbols.Awaited(method.ReturnType);
        var ardalis = library == Library.RepositoryBase;
        if (Starts(name, Adding) || Starts(name, Updating) || Starts(name, Removing))
        {
            foreach (var parameter in method.Parameters)
            {
                var element = KnownSymbols.ElementOf(parameter.Type) ?? parameter.Type;
                if (engine.Model.IsEntity(element))
                    return new Wrapper(Starts(name, Adding) ? WrapperKind.Insert : Starts(name, Removing) ? WrapperKind.Remove : WrapperKind.Update, element, Parameter: parameter.Ordinal, SavesItself: ardalis);
            }
            return null;
        }
        if (Saving.Any(s => name == s || name.StartsWith(s, StringComparison.Ordinal) && s != "Save") && method.Parameters.All(p => p.Type.Name is "CancellationToken" or "Boolean"))
            return engine.IsUnitOfWork(type) ? new Wrapper(name.StartsWith("Commit", StringComparison.Ordinal) && name.Contains("Transaction") ? WrapperKind.Commit : WrapperKind.Save) : null;
        if (name.StartsWith("BeginTransaction", StringComparison.Ordinal)) return new Wrapper(WrapperKind.Begin);
        if (given is null) return null;
        if (given.SpecialType == SpecialType.System_Boolean && (Starts(name, Asking) || name.Contains("Exist") || name.Contains("Taken") || name.Contains("Unique")))
            return EntityOfAsking(engine, method) is { } asked ? new Wrapper(WrapperKind.Read, asked, ReadKind.Exists) : null;
        if (given.SpecialType is SpecialType.System_Int32 or SpecialType.System_Int64 && name.StartsWith("Count", StringComparison.Ordinal) || name.StartsWith("Get", StringComparison.Ordinal) && name.Contains("Count") && given.SpecialType == SpecialType.System_Int32)
            return EntityOfAsking(engine, method) is { } counted ? new Wrapper(WrapperKind.Read, counted, ReadKind.Count) : null;
        if (!Starts(name, Reading)) return null;
        var row = KnownSymbols.ElementOf(given) ?? given;
        if (!engine.Model.IsEntity(row)) return null;
        if (KnownSymbols.IsQueryable(given)) return new Wrapper(WrapperKind.Query, row);
        return new Wrapper(WrapperKind.Read, row, KnownSymbols.ElementOf(given) is null ? ReadKind.Row : ReadKind.Rows, NoTracking: name.Contains("NoTracking") || name.Contains("ReadOnly"));
    }

    /// <summary>ASP.NET Identity's managers read and save through their store's context.</summary>
    private static Wrapper? OfManager(IMethodSymbol method, INamedTypeSymbol type)
    {
        var entity = Entity(type);
        return Operators.Sync(method.Name) switch
        {
            "FindById" or "FindByName" or "FindByEmail" or "GetUser" or "FindByLogin" => new Wrapper(WrapperKind.Read, entity),
            "RoleExists" => new Wrapper(WrapperKind.Read, entity, ReadKind.Exists),
            "Create" => new Wrapper(WrapperKind.Insert, entity, SavesItself: true),
            "Update" => new Wrapper(WrapperKind.Update, entity, SavesItself: true),
            "Delete" => new Wrapper(WrapperKind.Remove, entity, SavesItself: true),
            _ => null,
        };

        static ITypeSymbol? Entity(INamedTypeSymbol? type)
        {
            for (var t = type; t is not null; t = t.BaseType)
                if (t.TypeArguments.Length > 0) return t.TypeArguments[0];
            return null;
        }
    }

    /// <summary>The entity type that a question without a row in its signature is about: the repository's own, when it has just one.</summary>
    private static ITypeSymbol? EntityOfAsking(Engine engine, IMethodSymbol method)
    {
        foreach (var parameter in method.Parameters)
            if (parameter.Type is INamedTypeSymbol { Name: "Expression", TypeArguments: [INamedTypeSymbol { TypeArguments: [var row, ..] }] } && engine.Model.IsEntity(row)) return row;
        return engine.EntityOfRepository(method.ContainingType);
    }

    /// <summary>The property of the entity that a parameter is named after.</summary>
    public static string? MemberNamed(ITypeSymbol entity, string parameter)
    {
        for (var t = entity; t is not null && t.SpecialType == SpecialType.None; t = t.BaseType)
            foreach (var member in t.GetMembers())
                if (member is IPropertySymbol && string.Equals(member.Name, parameter, StringComparison.OrdinalIgnoreCase)) return member.Name;
        return null;
    }

    public static bool IsNamedForReading(string? name) => name is not null && Starts(name, Reading);

    private static bool Starts(string name, string[] verbs)
    {
        foreach (var verb in verbs)
            if (name.StartsWith(verb, StringComparison.Ordinal) && (name.Length == verb.Length || !char.IsLower(name[verb.Length]))) return true;
        return false;
    }
}
