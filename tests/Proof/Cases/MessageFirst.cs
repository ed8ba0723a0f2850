// RACE305 Message sent before the commit: the worker finds the order unpaid.
// races on: PostgreSQL, MariaDB, SQLite

using System.Threading.Channels;

public class Order
{
    public int Id { get; set; }

    public string Status { get; set; } = "new";
}

public class Orders(DbContextOptions<Orders> options) : DbContext(options)
{
    public DbSet<Order> All => Set<Order>();
}

public class Payments(Orders db, Channel<int> paid)
{
    public async Task Pay(int id)
    {
        var order = await db.All.SingleAsync(o => o.Id == id);
        order.Status = "paid";
        await paid.Writer.WriteAsync(id);
        await db.SaveChangesAsync();
    }
}

public class Shipping(Orders db, Channel<int> paid)
{
    public async Task<string> Ship()
    {
        if (!paid.Reader.TryRead(out var id))
            return "nothing to ship";
        var order = await db.All.AsNoTracking().SingleAsync(o => o.Id == id);
        return "ships an order that is " + order.Status;
    }
}

public sealed class Queue
{
    public Channel<int> Paid { get; } = Channel.CreateUnbounded<int>();
}

public sealed class PayAndShip : Race<Orders>
{
    public PayAndShip()
    {
        Session(s => new Payments(s.Db, s.Memory.Get<Queue>().Paid).Pay(1));
        Session(s => new Shipping(s.Db, s.Memory.Get<Queue>().Paid).Ship());
    }

    protected override bool SharesMemory => true;

    protected override void Seed(Orders db) => db.Add(new Order { Id = 1 });
}
