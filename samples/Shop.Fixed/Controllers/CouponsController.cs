using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Shop.Data;
using Shop.Models;

namespace Shop.Controllers;

public record Redemption(string Customer);

[ApiController]
[Route("coupons")]
public class CouponsController(ShopDbContext db) : ControllerBase
{
    [HttpGet]
    public Task<List<Coupon>> GetAll(CancellationToken ct) => db.Coupons.AsNoTracking().ToListAsync(ct);

    [HttpPost("{code}/redemption")]
    public async Task<IActionResult> Redeem(string code, Redemption request, CancellationToken ct)
    {
        var coupon = await db.Coupons.FirstOrDefaultAsync(c => c.Code == code, ct);
        if (coupon is null)
        {
            return NotFound();
        }

        var now = DateTime.UtcNow;
        var updated = await db.Coupons
            .Where(c => c.Id == coupon.Id && c.RedeemedAt == null)
            .ExecuteUpdateAsync(s => s
                .SetProperty(c => c.RedeemedAt, now)
                .SetProperty(c => c.RedeemedBy, request.Customer), ct);
        if (updated == 0)
        {
            return Conflict("This coupon was redeemed.");
        }

        return Ok(coupon.Amount);
    }
}
