namespace Academy.Domain;

public class Course
{
    public int Id { get; private set; }

    public required string Title { get; set; }

    public int Capacity { get; set; }

    public int SeatsTaken { get; set; }

    public DateTime StartsAt { get; set; }

    public List<Enrollment> Enrollments { get; } = [];

    public void EnsureNotStarted(DateTime now)
    {
        if (now >= StartsAt)
        {
            throw new DomainException("The course has started.");
        }
    }
}

public class Enrollment
{
    public int Id { get; private set; }

    public int CourseId { get; set; }

    public int StudentId { get; set; }
}

public class WaitingListEntry
{
    public int Id { get; private set; }

    public int CourseId { get; set; }

    public int StudentId { get; set; }

    public int Position { get; set; }
}

/// <summary>A room with computers to borrow; its row carries PostgreSQL's <c>xmin</c> as concurrency token.</summary>
public class Room
{
    public int Id { get; private set; }

    public required string Name { get; set; }

    public int FreeComputers { get; set; }
}

public class Topic
{
    public int Id { get; private set; }

    public required string Name { get; set; }

    public int Courses { get; set; }
}
