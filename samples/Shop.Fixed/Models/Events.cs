namespace Shop.Models;

public class Event
{
    public int Id { get; init; }

    public required string Title { get; set; }

    public int Capacity { get; set; }
}

public class Booking
{
    public int Id { get; init; }

    public int EventId { get; init; }

    public required string Guest { get; init; }
}

public class Seat
{
    public int Id { get; init; }

    public int EventId { get; init; }

    public required string Row { get; init; }

    public int Number { get; init; }

    public string? ReservedBy { get; set; }
}
