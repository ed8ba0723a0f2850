using Academy.Application.Abstractions;
using Academy.Domain;
using Microsoft.EntityFrameworkCore;

namespace Academy.Application.Students;

public record InviteInstructor(string Email);

public class InviteInstructorHandler(IApplicationDbContext db)
{
    public async Task<bool> HandleAsync(InviteInstructor command, CancellationToken ct)
    {
        if (await db.Instructors.AnyAsync(i => i.Email == command.Email, ct))
        {
            return false;
        }

        db.Instructors.Add(new Instructor { Email = command.Email });
        await db.SaveChangesAsync(ct);
        return true;
    }
}
