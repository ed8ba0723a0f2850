// RACE002 Check-then-act: an order is paid and cancelled.
// races on: PostgreSQL, MariaDB, SQLite

public enum OrderStatus
{
    Pending,
    Paid,
    Cancelled,
}

public class Order
{
    public int Id { get; set; }

    public OrderStatus Status { get; set; }
}

public class Orders(DbContextOptions<Orders> options) : DbContext(options)
{
    public DbSet<Order> All => Set<Order>();
}

public class OrderService(Orders db)
{
    public async Task<bool> Pay(int id)
    {
        var order = await db.All.FirstOrDefaultAsync(o => o.Id == id);
        if (order is null)
            return false;
        if (order.Status != OrderStatus.Pending)
            return false;
        order.Status = OrderStatus.Paid;
        await db.SaveChangesAsync();
        return true;
    }
}

public sealed class TwoPayments : Race<Orders>
{
    public TwoPayments()
    {
        Session(s => new OrderService(s.Db).Pay(1));
        Session(s => new OrderService(s.Db).Pay(1));
    }

    protected override void Seed(Orders db) => db.Add(new Order { Id = 1 });
}
