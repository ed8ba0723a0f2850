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

        if (product.Stock < quantity)
        {
            return BuyResult.SoldOut;
        }

        product.Stock -= quantity;
        db.Orders.Add(new Order { ProductId = productId, Customer = customer, Quantity = quantity, Total = total });
        await db.SaveChangesAsync(ct);
        return BuyResult.Bought;
    }
}
