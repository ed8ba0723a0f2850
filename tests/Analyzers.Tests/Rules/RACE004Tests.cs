namespace RaceAnalyzers.Tests.Rules;

/// <summary>Work item claimed twice: picked by its state, moved out of it, worked on.</summary>
public class RACE004Tests
{
    [Theory]
    [InlineData(EfCore.EfCore8)]
    [InlineData(EfCore.EfCore9)]
    [InlineData(EfCore.EfCore10)]
    public Task ReturnedToTheCaller_Reports(EfCore version) => new RaceTest(Shop.Service("""
            public async Task<Job?> Claim(string worker)
            {
                var job = await _db.Jobs.FirstOrDefaultAsync(j => j.Status == JobStatus.Pending);
                if (job == null)
                    return null;

                {|RACE004:job.Status = JobStatus.Running|};
                job.Worker = worker;
                await _db.SaveChangesAsync();
                return job;
            }
        """), Shop.Model)
    { On = version }.Reports();

    [Fact]
    public Task WorkedOnAfterTheSave_Reports() => Verify.Reports("""
            private readonly System.Net.Http.HttpClient _http = new();

            public async Task Run()
            {
                var job = await _db.Jobs.Where(j => j.Status == JobStatus.Pending).OrderBy(j => j.CreatedAt).FirstOrDefaultAsync();
                if (job is null)
                    return;

                {|RACE004:job.Status = JobStatus.Running|};
                await _db.SaveChangesAsync();
                await _http.PostAsync("https://mail.example/send", new System.Net.Http.StringContent(job.Payload));
            }
        """);

    [Fact]
    public Task BatchInALoop_Reports() => Verify.Reports("""
            private readonly System.Net.Http.HttpClient _http = new();

            public async Task Run()
            {
                var jobs = await _db.Jobs.Where(j => j.Status == JobStatus.Pending).Take(20).ToListAsync();
                foreach (var job in jobs)
                {
                    await _http.PostAsync("https://mail.example/send", new System.Net.Http.StringContent(job.Payload));
                    {|RACE004:job.Status = JobStatus.Done|};
                }

                await _db.SaveChangesAsync();
            }
        """);

    [Fact]
    public Task AnotherRowInsertedForIt_Reports() => Verify.Reports("""
            public void Assign(int userId)
            {
                var seat = _db.Seats.OrderBy(s => s.Number).FirstOrDefault(s => s.HolderId == null);
                if (seat == null)
                    throw new OutOfStockException();

                {|RACE004:seat.HolderId = userId|};
                _db.Audits.Add(new Audit { What = "seat assigned" });
                _db.SaveChanges();
            }
        """);

    [Fact]
    public Task SkipLockedInATransaction_IsQuiet() => Verify.IsQuiet("""
            public async Task<Job?> Claim(string worker)
            {
                await using var transaction = await _db.Database.BeginTransactionAsync();
                var job = await _db.Jobs
                    .FromSql($"select * from jobs where status = 0 order by created_at limit 1 for update skip locked")
                    .FirstOrDefaultAsync();
                if (job == null)
                    return null;

                job.Status = JobStatus.Running;
                job.Worker = worker;
                await _db.SaveChangesAsync();
                await transaction.CommitAsync();
                return job;
            }
        """);

    [Fact]
    public Task ClaimedByAGuardedUpdate_IsQuiet() => Verify.IsQuiet("""
            public async Task<Job?> Claim(string worker)
            {
                var job = await _db.Jobs.AsNoTracking().FirstOrDefaultAsync(j => j.Status == JobStatus.Pending);
                if (job == null)
                    return null;

                var claimed = await _db.Jobs
                    .Where(j => j.Id == job.Id && j.Status == JobStatus.Pending)
                    .ExecuteUpdateAsync(s => s.SetProperty(j => j.Status, JobStatus.Running).SetProperty(j => j.Worker, worker));
                return claimed == 1 ? job : null;
            }
        """);

    [Fact]
    public Task ConcurrencyToken_IsQuiet() => Verify.IsQuiet("""
            public async Task<Job?> Claim(string worker)
            {
                var job = await _db.Jobs.FirstOrDefaultAsync(j => j.Status == JobStatus.Pending);
                if (job == null)
                    return null;

                job.Status = JobStatus.Running;
                job.Worker = worker;
                await _db.SaveChangesAsync();
                return job;
            }
        """, Shop.ModelWith("Job", "[Timestamp] public uint Version { get; set; }"));

    [Fact]
    public Task PickedByItsState_AndOnlyRead_IsQuiet() => Verify.IsQuiet("""
            public async Task<List<Job>> Pending() =>
                await _db.Jobs.Where(j => j.Status == JobStatus.Pending).ToListAsync();
        """);
}
