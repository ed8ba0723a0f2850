// Serializable with a retry that looks through inner exceptions and starts from a clear context.
// holds on: PostgreSQL, MariaDB, SQLite
// with: Shop

public class Checkout(Shop db)
{
    public async Task<bool> Buy(int id)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var transaction = await db.Database.BeginTransactionAsync(System.Data.IsolationLevel.Serializable);
                var product = await db.Products.SingleAsync(p => p.Id == id);
                if (product.Stock <= 0)
                    return false;
                product.Stock -= 1;
                await db.SaveChangesAsync();
                await transaction.CommitAsync();
                return true;
            }
            catch (Exception e) when (attempt < 5 && IsTransient(e))
            {
                db.ChangeTracker.Clear();
            }
        }

        static bool IsTransient(Exception? e) => e is not null && (e is System.Data.Common.DbException { IsTransient: true } || IsTransient(e.InnerException));
    }
}
