using Academy.Application.Abstractions;
using Academy.Domain;
using Microsoft.EntityFrameworkCore;

namespace Academy.Application.Courses;

public record JoinWaitingList(int CourseId, int StudentId);

public class WaitingListHandler(IApplicationDbContext db)
{
    public async Task<int> HandleAsync(JoinWaitingList command, CancellationToken ct)
    {
        var waiting = await db.WaitingList.CountAsync(w => w.CourseId == command.CourseId, ct);
        var entry = new WaitingListEntry
        {
            CourseId = command.CourseId,
            StudentId = command.StudentId,
            Position = waiting + 1,
        };
        db.WaitingList.Add(entry);
        await db.SaveChangesAsync(ct);
        return entry.Position;
    }
}
