using Microsoft.EntityFrameworkCore;
using Shop.Data;
using Shop.Models;

namespace Shop.Services;

public class InvoiceService(ShopDbContext db)
{
    /// <summary>Numbers the invoice as the tax office wants it: without gaps.</summary>
    public async Task<int> CreateAsync(int orderId, CancellationToken ct)
    {
        var last = await db.Invoices.MaxAsync(i => (int?)i.Number, ct) ?? 0;
        var invoice = new Invoice { OrderId = orderId, Number = last + 1 };
        db.Invoices.Add(invoice);
        await db.SaveChangesAsync(ct);
        return invoice.Number;
    }
}
