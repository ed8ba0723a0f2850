using Microsoft.EntityFrameworkCore;
using Shop.Models;

namespace Shop.Data;

/// <summary>Something to buy, to book and to accept on the first start.</summary>
public static class DemoData
{
    public static async Task CreateAsync(IServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ShopDbContext>();
        await db.Database.EnsureCreatedAsync();

        if (await db.Products.AnyAsync())
        {
            return;
        }

        db.Products.AddRange(
            new Product { Name = "Tea pot", Price = 25, Stock = 10 },
            new Product { Name = "Cup", Price = 8, Stock = 100 },
            new Product { Name = "Last of its kind", Price = 900, Stock = 1 });
        db.Accounts.AddRange(
            new Account { Owner = "alice", Currency = "EUR", Balance = 100 },
            new Account { Owner = "bob", Currency = "EUR", Balance = 0 });
        db.Events.Add(new Event { Title = "Tea tasting", Capacity = 5 });
        db.Seats.AddRange(Enumerable.Range(1, 20).Select(n => new Seat { EventId = 1, Row = "A", Number = n }));
        db.Coupons.AddRange(Enumerable.Range(1, 20).Select(n => new Coupon { Code = $"WELCOME{n}", Amount = 5 }));
        db.Invitations.AddRange(Enumerable.Range(1, 20).Select(n =>
            new Invitation { TeamId = 1, Token = $"invitation-{n}", Email = $"guest{n}@shop.example" }));
        db.Members.AddRange(
            new Member { TeamId = 1, Email = "alice@shop.example", Role = Role.Owner },
            new Member { TeamId = 1, Email = "bob@shop.example", Role = Role.Owner });
        await db.SaveChangesAsync();
    }
}
