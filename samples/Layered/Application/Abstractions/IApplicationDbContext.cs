using Academy.Domain;
using Microsoft.EntityFrameworkCore;

namespace Academy.Application.Abstractions;

public interface IApplicationDbContext
{
    DbSet<Student> Students { get; }

    DbSet<Instructor> Instructors { get; }

    DbSet<Newsletter> Newsletters { get; }

    DbSet<Voucher> Vouchers { get; }

    DbSet<Refund> Refunds { get; }

    DbSet<WaitingListEntry> WaitingList { get; }

    Task<int> SaveChangesAsync(CancellationToken cancellationToken = default);
}
