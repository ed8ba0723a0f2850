// RACE004 Work item claimed twice: two workers take the same job.
// races on: PostgreSQL, MariaDB, SQLite

public enum JobState
{
    Pending,
    Running,
}

public class Job
{
    public int Id { get; set; }

    public JobState State { get; set; }
}

public class Jobs(DbContextOptions<Jobs> options) : DbContext(options)
{
    public DbSet<Job> All => Set<Job>();
}

public class Worker(Jobs db)
{
    public async Task<int?> Claim()
    {
        var job = await db.All.OrderBy(j => j.Id).FirstOrDefaultAsync(j => j.State == JobState.Pending);
        if (job == null)
            return null;
        job.State = JobState.Running;
        await db.SaveChangesAsync();
        return job.Id;
    }
}

public sealed class TwoWorkers : Race<Jobs>
{
    public TwoWorkers()
    {
        Session(s => new Worker(s.Db).Claim());
        Session(s => new Worker(s.Db).Claim());
    }

    protected override void Seed(Jobs db)
    {
        db.Add(new Job { Id = 1 });
        db.Add(new Job { Id = 2 });
    }
}
