using Academy.Application.Abstractions;
using Academy.Domain;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Academy.Infrastructure.Persistence;

public class AcademyDbContext(DbContextOptions<AcademyDbContext> options) : DbContext(options), IApplicationDbContext, IUnitOfWork
{
    public DbSet<Course> Courses => Set<Course>();

    public DbSet<Enrollment> Enrollments => Set<Enrollment>();

    public DbSet<WaitingListEntry> WaitingList => Set<WaitingListEntry>();

    public DbSet<Room> Rooms => Set<Room>();

    public DbSet<Topic> Topics => Set<Topic>();

    public DbSet<Student> Students => Set<Student>();

    public DbSet<Instructor> Instructors => Set<Instructor>();

    public DbSet<Newsletter> Newsletters => Set<Newsletter>();

    public DbSet<Wallet> Wallets => Set<Wallet>();

    public DbSet<Voucher> Vouchers => Set<Voucher>();

    public DbSet<Refund> Refunds => Set<Refund>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) =>
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(AcademyDbContext).Assembly);

    public Task<int> CommitAsync(CancellationToken ct = default) => SaveChangesAsync(ct);

    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        try
        {
            return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } violation)
        {
            foreach (var entry in e.Entries)
            {
                entry.State = EntityState.Detached;
            }

            throw new UniqueConstraintException(violation.MessageText, e);
        }
    }
}
