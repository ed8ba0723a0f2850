namespace RaceAnalyzers.Editing;

/// <summary>A condition on the way to SQL: its text, or a constant that falls away where it is joined with others.</summary>
internal sealed record Condition
{
    private Condition(string text, int strength) => (Text, Strength) = (text, strength);

    /// <summary>Always so for a row that the query finds (<c>row != null</c>), or nothing that this row decides.</summary>
    public static Condition True { get; } = new("", 9);

    public static Condition False { get; } = new("false", 9);

    public string Text { get; }

    /// <summary>How strongly the text binds: 1 an "or", 2 an "and", 3 anything stronger.</summary>
    private int Strength { get; }

    public bool IsConstant => Strength == 9;

    public static Condition Of(string text, int strength = 3) => new(text, strength);

    public static Condition? And(Condition? left, Condition? right) => (left, right) switch
    {
        (null, _) or (_, null) => null,
        _ when left == False || right == False => False,
        _ when left == True => right,
        _ when right == True => left,
        _ => new($"{left.Within(2)} && {right.Within(2)}", 2),
    };

    public static Condition? Or(Condition? left, Condition? right) => (left, right) switch
    {
        (null, _) or (_, null) => null,
        _ when left == True || right == True => True,
        _ when left == False => right,
        _ when right == False => left,
        _ => new($"{left.Within(1)} || {right.Within(1)}", 1),
    };

    /// <summary>The text as a part of something that binds as strongly as given.</summary>
    private string Within(int strength) => Strength < strength ? $"({Text})" : Text;
}
