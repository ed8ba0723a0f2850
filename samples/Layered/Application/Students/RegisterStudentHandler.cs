using Academy.Application.Abstractions;
using Academy.Domain;
using Microsoft.EntityFrameworkCore;

namespace Academy.Application.Students;

public record RegisterStudent(string Email, string Name);

public class RegisterStudentHandler(IApplicationDbContext db)
{
    public async Task<int?> HandleAsync(RegisterStudent command, CancellationToken ct)
    {
        if (await db.Students.AnyAsync(s => s.Email == command.Email, ct))
        {
            return null;
        }

        var student = new Student { Email = command.Email, Name = command.Name };
        db.Students.Add(student);
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (UniqueConstraintException)
        {
            return null;
        }

        return student.Id;
    }
}
