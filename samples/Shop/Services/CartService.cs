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
            await db.SaveChangesAsync(ct);
        }

        return cart;
    }

    public async Task AddAsync(int cartId, int productId, int quantity, CancellationToken ct)
    {
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
    }
}
