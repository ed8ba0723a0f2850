// RACE002 Check-then-act: an order is paid twice, after a message that must not be sent again.
// races on: PostgreSQL, MariaDB, SQLite
// no fix: the message goes out before the save, which alone tells who came first; who is refused there has sent it already

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
    public async Task<bool> Pay(int id, Func<Task> announce)
    {
        var order = await db.All.FirstOrDefaultAsync(o => o.Id == id);
        if (order is null)
            return false;
        if (order.Status != OrderStatus.Pending)
            return false;
        await announce();
        await Mark(order, OrderStatus.Paid);
        return true;
    }

    private async Task Mark(Order order, OrderStatus status)
    {
        order.Status = status;
        await db.SaveChangesAsync();
    }
}

public sealed class TwoAnnouncedPayments : Race<Orders>
{
    public TwoAnnouncedPayments()
    {
        Session(s => new OrderService(s.Db).Pay(1, () => Task.CompletedTask));
        Session(s => new OrderService(s.Db).Pay(1, () => Task.CompletedTask));
    }

    protected override void Seed(Orders db) => db.Add(new Order { Id = 1 });
}
