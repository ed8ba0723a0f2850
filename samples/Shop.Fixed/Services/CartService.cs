using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Shop.Data;
using Shop.Models;

namespace Shop.Services;

public class CartService(ShopDbContext db)
{
    public async Task<Cart> GetOrCreateAsync(string customer, CancellationToken ct)
    {
        var cart = await db.Carts.FirstOrDefaultAsync(c => c.Customer == customer, ct);
        if (cart is null)
        {
            cart = new Cart { Customer = customer };
            db.Carts.Add(cart);
            try
            {
                await db.SaveChangesAsync(ct);
            }
            catch (DbUpdateException e) when (e.InnerException is SqliteException { SqliteExtendedErrorCode: 2067 or 1555 })
            {
                db.Entry(cart).State = EntityState.Detached;
                cart = await db.Carts.FirstAsync(c => c.Customer == customer, ct);
            }
        }

        return cart;
    }

    public async Task AddAsync(int cartId, int productId, int quantity, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var line = await db.CartLines.FirstOrDefaultAsync(l => l.CartId == cartId && l.ProductId == productId, ct);
        if (line is null)
        {
            db.CartLines.Add(new CartLine { CartId = cartId, ProductId = productId, Quantity = quantity });
        }
        else
        {
            line.Quantity += quantity;
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
    }
}
