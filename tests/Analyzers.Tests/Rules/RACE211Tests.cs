namespace RaceAnalyzers.Tests.Rules;

/// <summary>Every save failure taken for a duplicate.</summary>
public class RACE211Tests
{
    private static readonly string UniqueName = Shop.ModelWith("User", "", "[Index(nameof(Username), IsUnique = true)]");

    [Theory]
    [InlineData(EfCore.EfCore8)]
    [InlineData(EfCore.EfCore9)]
    [InlineData(EfCore.EfCore10)]
    public Task BareCatchThatSaysDuplicate_ReportsAlone(EfCore version) => new RaceTest(Shop.Service("""
            public async Task<string> Register(string name)
            {
                if (await _db.Users.AnyAsync(u => u.Username == name))
                    return "taken";

                _db.Users.Add(new User { Username = name });
                try
                {
                    await _db.SaveChangesAsync();
                    return "welcome";
                }
                {|RACE211:catch|} (DbUpdateException)
                {
                    return "taken";
                }
            }
        """), UniqueName)
    { On = version }.Reports();

    [Fact]
    public Task WithoutACheckBefore_Reports() => Verify.Reports("""
            public async Task<string> Register(string name)
            {
                _db.Users.Add(new User { Username = name });
                try
                {
                    await _db.SaveChangesAsync();
                    return "welcome";
                }
                {|RACE211:catch|} (DbUpdateException)
                {
                    return "The name is taken";
                }
            }
        """, UniqueName);

    [Fact]
    public Task TurnedIntoAnException_Reports() => Verify.Reports("""
            public sealed class NameTakenException : Exception { }

            public void Register(string name)
            {
                _db.Users.Add(new User { Username = name });
                try
                {
                    _db.SaveChanges();
                }
                {|RACE211:catch|} (DbUpdateException)
                {
                    throw new NameTakenException();
                }
            }
        """, UniqueName);

    [Fact]
    public Task CodeLookedAt_IsQuiet() => Verify.IsQuiet("""
            public async Task<bool> Register(string name)
            {
                _db.Users.Add(new User { Username = name });
                try
                {
                    await _db.SaveChangesAsync();
                    return true;
                }
                catch (DbUpdateException e) when (e.InnerException is Npgsql.PostgresException { SqlState: "23505" })
                {
                    return false;
                }
            }
        """, UniqueName);

    [Fact]
    public Task LoggedAndThrown_IsQuiet() => Verify.IsQuiet("""
            public async Task Register(string name)
            {
                _db.Users.Add(new User { Username = name });
                try
                {
                    await _db.SaveChangesAsync();
                }
                catch (DbUpdateException e)
                {
                    Console.WriteLine(e);
                    throw;
                }
            }
        """, UniqueName);

    [Fact]
    public Task AroundAnUpdate_IsQuiet() => Verify.IsQuiet("""
            public async Task<bool> Rename(int id, string name)
            {
                var product = await _db.Products.SingleAsync(p => p.Id == id);
                product.Name = name;
                try
                {
                    await _db.SaveChangesAsync();
                    return true;
                }
                catch (DbUpdateException)
                {
                    return false;
                }
            }
        """);
}
