namespace RaceAnalyzers.Tests.Rules;

/// <summary>Every save failure taken for a duplicate.</summary>
public class RACE211Tests
{
    private static readonly string UniqueName = Shop.ModelWith("User", "", "[Index(nameof(Username), IsUnique = true)]");

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
