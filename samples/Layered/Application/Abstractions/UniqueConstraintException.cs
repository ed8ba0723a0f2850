namespace Academy.Application.Abstractions;

/// <summary>A save broke a unique index. The persistence layer makes it of what its database says.</summary>
public class UniqueConstraintException(string message, Exception inner) : Exception(message, inner);
