using Microsoft.EntityFrameworkCore;
using Shop.Data;
using Shop.Services;

namespace Shop.Endpoints;

public static class OrderEndpoints
{
    public static void MapOrders(this IEndpointRouteBuilder app)
    {
        app.MapGet("/orders", (ShopDbContext db, CancellationToken ct) => db.Orders.AsNoTracking().ToListAsync(ct));

        app.MapPost("/orders/{id:int}/invoice", async (int id, InvoiceService invoices, CancellationToken ct) =>
            Results.Ok(await invoices.CreateAsync(id, ct)));

        app.MapGet("/invoices", (ShopDbContext db, CancellationToken ct) => db.Invoices.AsNoTracking().ToListAsync(ct));
    }
}
