namespace Academy.Domain;

public class Student
{
    public int Id { get; private set; }

    public required string Email { get; set; }

    public required string Name { get; set; }
}

public class Instructor
{
    public int Id { get; private set; }

    public required string Email { get; set; }
}

public class Newsletter
{
    public int Id { get; private set; }

    public required string Email { get; set; }
}
