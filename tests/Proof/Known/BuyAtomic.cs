// One guarded update holds everywhere: its row count takes the place of the check.
// holds on: PostgreSQL, MariaDB, SQLite
// with: Shop

public class Checkout(Shop db)
{
    public async Task<bool> Buy(int id)
    {
        var rows = await db.Products
            .Where(p => p.Id == id && p.Stock > 0)
            .ExecuteUpdateAsync(s => s.SetProperty(p => p.Stock, p => p.Stock - 1));
        return rows > 0;
    }
}
