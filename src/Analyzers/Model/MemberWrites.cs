using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.Model;

/// <summary>
/// Which members are ever written after their object was made, and which are used up (<c>-=</c>, <c>++</c>): a member that never changes cannot be
/// checked in vain, and an amount that is never used up is no quota. By name, from the syntax of the compilation, when first asked.
/// </summary>
internal sealed class MemberWrites
{
    /// <summary>Who names more places than this is taken to be assigned: nobody looks at them all.</summary>
    public const int MostTargets = 24;

    private readonly Dictionary<string, List<ExpressionSyntax>> _assigned = [];
    private readonly HashSet<string> _usedUp = [];
    private readonly HashSet<string> _takenFrom = [];
    private readonly HashSet<string> _inHooks = [];
    private readonly HashSet<(string Type, string Member)> _byOwnType = [];

    /// <summary>Takes note of a node of the source.</summary>
    public void Note(SyntaxNode node)
    {
        switch (node)
        {
            case AssignmentExpressionSyntax assignment when NameOf(assignment.Left) is { } name && !IsCreation(assignment):
                Assigned(name, assignment.Left);
                if (!assignment.IsKind(SyntaxKind.SimpleAssignmentExpression) || Mentions(assignment.Right, name)) _usedUp.Add(name);
                if (!assignment.IsKind(SyntaxKind.AddAssignmentExpression) && !(assignment.Right is BinaryExpressionSyntax sum && sum.IsKind(SyntaxKind.AddExpression))) _takenFrom.Add(name);
                NoteOnSave(assignment, assignment.Left, name);
                break;
            case PrefixUnaryExpressionSyntax prefix when prefix.IsKind(SyntaxKind.PreIncrementExpression) || prefix.IsKind(SyntaxKind.PreDecrementExpression):
                Changed(prefix.Operand);
                break;
            case PostfixUnaryExpressionSyntax postfix when postfix.IsKind(SyntaxKind.PostIncrementExpression) || postfix.IsKind(SyntaxKind.PostDecrementExpression):
                Changed(postfix.Operand);
                break;
            case InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "SetProperty" } } set when set.ArgumentList.Arguments.Count > 0:
                foreach (var access in set.ArgumentList.Arguments[0].DescendantNodes().OfType<MemberAccessExpressionSyntax>()) Assigned(access.Name.Identifier.ValueText, access);
                if (set.ArgumentList.Arguments is [{ Expression: LambdaExpressionSyntax { Body: MemberAccessExpressionSyntax { Name.Identifier.ValueText: var counted } } }, { Expression: LambdaExpressionSyntax { Body: ExpressionSyntax relative } }] && Mentions(relative, counted))
                {
                    _usedUp.Add(counted);
                    if (!relative.IsKind(SyntaxKind.AddExpression)) _takenFrom.Add(counted);
                }
                break;
        }
    }

    /// <summary>Takes in what was noted of one file.</summary>
    public void Take(MemberWrites file)
    {
        _usedUp.UnionWith(file._usedUp);
        _takenFrom.UnionWith(file._takenFrom);
        _inHooks.UnionWith(file._inHooks);
        _byOwnType.UnionWith(file._byOwnType);
        foreach (var member in file._assigned)
            foreach (var target in member.Value) Assigned(member.Key, target);
    }

    /// <summary>Where a member of this name, or its backing field, is assigned: the first places.</summary>
    public IEnumerable<ExpressionSyntax> TargetsOf(string member) =>
        (_assigned.TryGetValue(member, out var own) ? own : []).Concat(_assigned.TryGetValue(FieldOf(member), out var field) ? field : []);

    public bool IsAssigned(string member) => _assigned.ContainsKey(member) || _assigned.ContainsKey(FieldOf(member));
    public bool IsUsedUp(string member) => Has(_usedUp, member);
    /// <summary>Whether a member that is used up is ever made less, and not only counted up.</summary>
    public bool IsTakenFrom(string member) => IsUsedUp(member) && Has(_takenFrom, member);
    /// <summary>Whether code that runs on each save (an override of <c>SaveChanges</c>, an interceptor) sets a member of this name, or the entity itself or a base type of it the member.</summary>
    public bool IsSetOnSave(ITypeSymbol entity, string member)
    {
        if (_inHooks.Contains(member)) return true;
        for (var type = entity; type is not null; type = type.BaseType)
            if (_byOwnType.Contains((type.Name, member))) return true;
        return false;
    }

    /// <summary>A member by its own name or its backing field's.</summary>
    private static bool Has(HashSet<string> names, string member) => names.Contains(member) || names.Contains(FieldOf(member));

    private static string FieldOf(string member) => "_" + char.ToLowerInvariant(member[0]) + member.Substring(1);

    private void Assigned(string name, ExpressionSyntax target)
    {
        if (!_assigned.TryGetValue(name, out var targets)) _assigned[name] = targets = [];
        if (targets.Count < MostTargets) targets.Add(target);
    }

    private void Changed(ExpressionSyntax target)
    {
        if (NameOf(target) is not { } name) return;
        NoteOnSave(target, target, name);
        Assigned(name, target);
        _usedUp.Add(name);
        if (!target.Parent.IsKind(SyntaxKind.PreIncrementExpression) && !target.Parent.IsKind(SyntaxKind.PostIncrementExpression)) _takenFrom.Add(name);
    }

    private static string? NameOf(ExpressionSyntax target) => target switch
    {
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText == "CurrentValue" ? Indexed(access.Expression) ?? "CurrentValue" : access.Name.Identifier.ValueText,
        MemberBindingExpressionSyntax binding => binding.Name.Identifier.ValueText,
        IdentifierNameSyntax name => name.Identifier.ValueText,
        _ => null,
    };

    /// <summary>The member named in <c>entry.Property("Version")</c>.</summary>
    private static string? Indexed(ExpressionSyntax expression) =>
        expression is InvocationExpressionSyntax { ArgumentList.Arguments: [{ Expression: { } argument }] } ? argument switch
        {
            LiteralExpressionSyntax literal => literal.Token.ValueText,
            LambdaExpressionSyntax { Body: MemberAccessExpressionSyntax access } => access.Name.Identifier.ValueText,
            InvocationExpressionSyntax { ArgumentList.Arguments: [{ Expression: { } named }] } => named.ToString().Split('.').Last(),
            _ => null,
        } : null;

    // An initializer makes an object; so does a constructor.
    private static bool IsCreation(AssignmentExpressionSyntax assignment) =>
        assignment.Parent is InitializerExpressionSyntax || assignment.FirstAncestorOrSelf<ConstructorDeclarationSyntax>() is not null;

    private static bool Mentions(ExpressionSyntax value, string name) => value.DescendantNodesAndSelf().Any(n => n is IdentifierNameSyntax i && i.Identifier.ValueText == name);

    private void NoteOnSave(SyntaxNode node, ExpressionSyntax target, string name)
    {
        if (IsInHook(node)) _inHooks.Add(name);
        else if (OwnType(node, target, name) is { } type) _byOwnType.Add((type, name));
    }

    /// <summary>The type that sets a member of its own in a method: a version that the entity counts up by itself.</summary>
    private static string? OwnType(SyntaxNode node, ExpressionSyntax target, string name) =>
        target is IdentifierNameSyntax or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } && node.FirstAncestorOrSelf<MethodDeclarationSyntax>() is { Parent: TypeDeclarationSyntax type }
        && type.Members.Any(m => m is PropertyDeclarationSyntax property && property.Identifier.ValueText == name) ? type.Identifier.ValueText : null;

    private static bool IsInHook(SyntaxNode node) =>
        node.FirstAncestorOrSelf<MethodDeclarationSyntax>() is { } method
        && (method.Identifier.ValueText.StartsWith("SaveChanges", StringComparison.Ordinal) || method.Identifier.ValueText.StartsWith("SavingChanges", StringComparison.Ordinal)
            || method.Parent is TypeDeclarationSyntax type && type.Members.OfType<MethodDeclarationSyntax>().Any(m => m.Identifier.ValueText.StartsWith("SaveChanges", StringComparison.Ordinal) && m.Modifiers.Any(SyntaxKind.OverrideKeyword) || m.Identifier.ValueText.StartsWith("SavingChanges", StringComparison.Ordinal)));
}
