using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RaceAnalyzers.EntityFramework;

/// <summary>What an expression of the model-building API stands for while its statements are read.</summary>
internal abstract record FluentScope;

/// <summary>A <c>ModelBuilder</c>, or its <c>Model</c>.</summary>
internal sealed record ModelScope(ContextDraft? Context) : FluentScope;

/// <summary>A builder of an entity type, or of a part of it (<paramref name="Path"/> ends with a dot then), or its metadata.</summary>
internal sealed record EntityScope(EntityDraft Draft, string Path = "") : FluentScope;

/// <summary>The metadata of an entity type in a loop over all of them.</summary>
internal sealed record EachEntityScope(EntityPattern Pattern) : FluentScope;

/// <summary>The properties of an entity type in a loop; which of them is not known.</summary>
internal sealed record EachPropertyScope(EntityPattern Pattern) : FluentScope;

internal sealed record PropertyScope(EntityDraft Draft, PropertyDraft Property) : FluentScope;

internal sealed record IndexScope(IndexDraft Index) : FluentScope;

internal sealed record RelationScope(RelationDraft Relation) : FluentScope;

/// <summary>The relation of a part to its owner.</summary>
internal sealed record OwnershipScope : FluentScope;

/// <summary><c>configurationBuilder.Properties&lt;T&gt;()</c> of <c>ConfigureConventions</c>.</summary>
internal sealed record TypeConventionScope(ModelDraft Model, string TypeName) : FluentScope;

/// <summary>A known text: a constant, a parameter that was given one.</summary>
internal sealed record TextScope(string Text) : FluentScope;

/// <summary>A lambda that a method was given: <c>builder.HasUnique(x => x.Email)</c>.</summary>
internal sealed record LambdaScope(LambdaExpressionSyntax Lambda, FluentFrame Frame) : FluentScope;
