using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using RaceAnalyzers.Model;

namespace RaceAnalyzers.Rules;

/// <summary>
/// A common amount moves between two rows, or an amount that one row holds decides a write elsewhere without being written itself (write skew, A5B of
/// Berenson et al., 1995).
/// </summary>
internal sealed class TransferOrWriteSkew : RowRule
{
    private static readonly DiagnosticDescriptor Definition = new(
        id: "RACE003",
        title: "Transfer or write skew",
        messageFormat: "'{0}' is changed together with, or because of, an amount in another row: two concurrent executions decide on the same amounts, and money or stock is created or lost",
        description: "A transfer loses one of two debits or credits; in a skew each execution checks an amount that the other one is about to change. Lock all rows in one order before they are read, or read and save in a Serializable transaction that is retried.",
        category: Category.Rows,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkTo + "RACE003.md");

    public override DiagnosticDescriptor Descriptor => Definition;

    public override Race? Find(RowSequence sequence) => Transfer(sequence) ?? Skew(sequence);

    private Race? Transfer(RowSequence sequence)
    {
        if (sequence.RelativeWrites.FirstOrDefault() is not { } write) return null;
        var others = ImmutableArray.CreateBuilder<RowSequence>();
        var writes = sequence.Writes.ToBuilder();
        foreach (var other in sequence.Model.Rows)
        {
            if (other == sequence || other.Row == sequence.Row || other.Writes[0].Node == sequence.Writes[0].Node || other.Save.Event != sequence.Save.Event || Model.Rows.AreSame(other.Row, sequence.Row)) continue;
            if (other.RelativeWrites.FirstOrDefault(w => Amounts.AreCommon(write, w)) is not { } counter || AreOneKind(sequence, other)) continue;
            writes.AddRange(other.Writes.Add(counter));
            others.Add(other);
        }
        return others.Count == 0 ? null : new Race(this, write, sequence.Row, sequence.ChecksOf(write).FirstOrDefault().Check, sequence.Save, sequence.Entity, write.Member, sequence.Needs(isSkew: false))
        {
            Writes = writes.ToImmutable(),
            Others = others.ToImmutable(),
        };
    }

    /// <summary>Two sets of rows of one kind, each moved by the same: nothing goes from the one to the other.</summary>
    private static bool AreOneKind(RowSequence a, RowSequence b) =>
        a.Row.Kind == ReadKind.Rows && b.Row.Kind == ReadKind.Rows && SymbolEqualityComparer.Default.Equals(a.Entity, b.Entity);

    private Race? Skew(RowSequence sequence)
    {
        foreach (var write in sequence.Writes)
            if (Amounts.DecidedElsewhere(sequence.Model, write, sequence.Row, sequence.Entity) is var (check, read) && read is not null)
                return new Race(this, write, read, check, sequence.Save, sequence.Entity, write.Member, sequence.Needs(isSkew: true)) { Writes = sequence.Writes };
        return null;
    }
}

/// <summary>As <see cref="TransferOrWriteSkew"/>, where the write is a command that runs at once: <c>ExecuteUpdate</c>, <c>ExecuteDelete</c>.</summary>
internal sealed class WriteSkewByCommand(TransferOrWriteSkew rule) : Rule
{
    public override DiagnosticDescriptor Descriptor => rule.Descriptor;

    public Race? Find(RaceModel model, Event command) =>
        command.Entity is INamedTypeSymbol entity && !model.IsExempt(entity) && Amounts.CountedBefore(model, command) is var (check, read) && read is not null
            ? new Race(this, command, read, check, new Saving(command, null, true), entity, command.Setters.Select(s => s.Member).FirstOrDefault(), new Needs(entity, true, false, true, model.IsAsync))
            : null;
}

/// <summary>As <see cref="TransferOrWriteSkew"/>, where what is written is a new row of another set.</summary>
internal sealed class WriteSkewOnInsert(TransferOrWriteSkew rule) : InsertRule
{
    public override DiagnosticDescriptor Descriptor => rule.Descriptor;

    public override Race? Find(InsertSequence sequence) =>
        Amounts.DecidedElsewhere(sequence.Model, sequence.Insert, null, sequence.Entity) is var (check, read) && read is not null
            ? new Race(this, sequence.Insert, read, check, sequence.Save, sequence.Entity, null, new Needs(read.Entity, true, false, true, sequence.IsAsync))
            : null;
}
