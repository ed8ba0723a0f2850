using Microsoft.EntityFrameworkCore;
using Shop.Data;
using Shop.Models;

namespace Shop.Services;

public enum BuyResult
{
    Bought,
    UnknownProduct,
    SoldOut,
}

public class CheckoutService(ShopDbContext db, IPriceList prices)
{
    public async Task<BuyResult> BuyAsync(int productId, int quantity, string customer, CancellationToken ct)
    {
        var product = await db.Products.FindAsync([productId], ct);
        if (product is null)
        {
            return BuyResult.UnknownProduct;
        }

        var total = await prices.QuoteAsync(productId, quantity, product.Price, ct);

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var updated = await db.Products
            .Where(p => p.Id == productId && p.Stock >= quantity)
            .ExecuteUpdateAsync(s => s.SetProperty(p => p.Stock, p => p.Stock - quantity), ct);
        if (updated == 0)
        {
            return BuyResult.SoldOut;
        }

        db.Orders.Add(new Order { ProductId = productId, Customer = customer, Quantity = quantity, Total = total });
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return BuyResult.Bought;
    }
}
