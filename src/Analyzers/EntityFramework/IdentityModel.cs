using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace RaceAnalyzers.EntityFramework;

/// <summary>What <c>IdentityDbContext.OnModelCreating</c> of ASP.NET Core Identity configures.</summary>
internal static class IdentityModel
{
    private const string Namespace = "Microsoft.AspNetCore.Identity.EntityFrameworkCore";

    public static void Apply(INamedTypeSymbol context, ModelDraft model)
    {
        for (var current = context.BaseType; current is not null; current = current.BaseType)
        {
            if (current.Name is "IdentityDbContext" or "IdentityUserContext" && current.IsNamed(Namespace, current.Name))
            {
                foreach (var argument in Sets(current))
                {
                    Configure(argument, model);
                }

                return;
            }
        }
    }

    private static IEnumerable<INamedTypeSymbol> Sets(INamedTypeSymbol context)
    {
        for (var current = context; current is not null && !current.IsRootContext(); current = current.BaseType)
        {
            foreach (var member in current.GetMembers())
            {
                if (member is IPropertySymbol { Type: var set } && set.SetElement() is { } entity)
                {
                    yield return entity;
                }
            }
        }
    }

    private static void Configure(INamedTypeSymbol entity, ModelDraft model)
    {
        for (var current = entity; current is not null; current = current.BaseType)
        {
            if (!current.Name.StartsWith("Identity", StringComparison.Ordinal) || current.ContainingNamespace?.ToDisplayString() != "Microsoft.AspNetCore.Identity")
            {
                continue;
            }

            var draft = model.Entity(entity);
            switch (current.Name)
            {
                case "IdentityUser":
                    Unique(draft, "NormalizedUserName", "UserNameIndex");
                    Default(draft, "AspNetUsers");
                    draft.Property("ConcurrencyStamp").IsToken ??= true;
                    break;
                case "IdentityRole":
                    Unique(draft, "NormalizedName", "RoleNameIndex");
                    Default(draft, "AspNetRoles");
                    draft.Property("ConcurrencyStamp").IsToken ??= true;
                    break;
                case "IdentityUserRole":
                    Default(draft, "AspNetUserRoles", "UserId", "RoleId");
                    break;
                case "IdentityUserLogin":
                    Default(draft, "AspNetUserLogins", "LoginProvider", "ProviderKey");
                    break;
                case "IdentityUserToken":
                    Default(draft, "AspNetUserTokens", "UserId", "LoginProvider", "Name");
                    break;
                case "IdentityUserClaim":
                    Default(draft, "AspNetUserClaims");
                    break;
                case "IdentityRoleClaim":
                    Default(draft, "AspNetRoleClaims");
                    break;
            }

            return;
        }
    }

    /// <summary>The context's own configuration, read before, wins.</summary>
    private static void Default(EntityDraft draft, string table, params string[] key)
    {
        draft.Table ??= table;
        if (key.Length > 0 && draft.Key.IsDefault)
        {
            draft.Key = ImmutableArray.Create(key);
        }
    }

    private static void Unique(EntityDraft draft, string member, string name)
    {
        var index = draft.Index(ImmutableArray.Create(member), null);
        index.IsUnique = true;
        index.DatabaseName ??= name;
    }
}
