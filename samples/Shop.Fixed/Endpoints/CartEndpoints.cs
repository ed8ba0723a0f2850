using Microsoft.EntityFrameworkCore;
using Shop.Data;
using Shop.Services;

namespace Shop.Endpoints;

public record CartItem(int ProductId, int Quantity);

public static class CartEndpoints
{
    public static void MapCarts(this IEndpointRouteBuilder app)
    {
        app.MapGet("/carts/{customer}", (string customer, ShopDbContext db, CancellationToken ct) =>
            db.Carts.AsNoTracking().Include(c => c.Lines).Where(c => c.Customer == customer).ToListAsync(ct));

        app.MapPost("/carts/{customer}/items", async (string customer, CartItem item, CartService carts, CancellationToken ct) =>
        {
            var cart = await carts.GetOrCreateAsync(customer, ct);
            await carts.AddAsync(cart.Id, item.ProductId, item.Quantity, ct);
            return Results.Ok(cart.Id);
        });
    }
}
