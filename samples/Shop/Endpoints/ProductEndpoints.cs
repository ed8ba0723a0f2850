using Microsoft.EntityFrameworkCore;
using Shop.Data;
using Shop.Models;
using Shop.Services;

namespace Shop.Endpoints;

public record NewProduct(string Name, decimal Price, int Stock);

public record Rename(string Name);

public record Purchase(string Customer, int Quantity);

public record LikeRequest(string Customer);

public static class ProductEndpoints
{
    public static void MapProducts(this IEndpointRouteBuilder app)
    {
        var products = app.MapGroup("/products");

        products.MapGet("/", (ShopDbContext db, CancellationToken ct) => db.Products.AsNoTracking().ToListAsync(ct));

        products.MapGet("/{id:int}", async (int id, ShopDbContext db, CancellationToken ct) =>
            await db.Products.AsNoTracking().FirstOrDefaultAsync(p => p.Id == id, ct) is { } product
                ? Results.Ok(product)
                : Results.NotFound());

        products.MapPost("/", async (NewProduct request, ShopDbContext db, CancellationToken ct) =>
        {
            var product = new Product { Name = request.Name, Price = request.Price, Stock = request.Stock };
            db.Products.Add(product);
            await db.SaveChangesAsync(ct);
            return Results.Created($"/products/{product.Id}", product);
        });

        products.MapPut("/{id:int}/name", async (int id, Rename request, ShopDbContext db, CancellationToken ct) =>
        {
            var product = await db.Products.FindAsync([id], ct);
            if (product is null)
            {
                return Results.NotFound();
            }

            product.Name = request.Name;
            await db.SaveChangesAsync(ct);
            return Results.NoContent();
        });

        products.MapPost("/{id:int}/views", async (int id, ShopDbContext db, CancellationToken ct) =>
        {
            var product = await db.Products.FindAsync([id], ct);
            if (product is null)
            {
                return Results.NotFound();
            }

            product.Views++;
            await db.SaveChangesAsync(ct);
            return Results.NoContent();
        });

        products.MapPost("/{id:int}/orders", async (int id, Purchase request, CheckoutService checkout, CancellationToken ct) =>
            await checkout.BuyAsync(id, request.Quantity, request.Customer, ct) switch
            {
                BuyResult.Bought => Results.Ok(),
                BuyResult.SoldOut => Results.Conflict("Sold out."),
                _ => Results.NotFound(),
            });

        products.MapGet("/{id:int}/likes", (int id, ShopDbContext db, CancellationToken ct) =>
            db.Likes.AsNoTracking().Where(l => l.ProductId == id).ToListAsync(ct));

        products.MapPost("/{id:int}/likes", ToggleLikeAsync);
    }

    private static async Task<IResult> ToggleLikeAsync(int id, LikeRequest request, ShopDbContext db, CancellationToken ct)
    {
        var like = await db.Likes.FirstOrDefaultAsync(l => l.ProductId == id && l.Customer == request.Customer, ct);
        if (like is null)
        {
            db.Likes.Add(new Like { ProductId = id, Customer = request.Customer });
        }
        else
        {
            db.Likes.Remove(like);
        }

        await db.SaveChangesAsync(ct);
        return Results.Ok(like is null);
    }
}
