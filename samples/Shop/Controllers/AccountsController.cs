using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Shop.Data;
using Shop.Models;
using Shop.Services;

namespace Shop.Controllers;

public record NewAccount(string Owner, string Currency, decimal Balance);

public record Transfer(int From, int To, decimal Amount);

[ApiController]
[Route("accounts")]
public class AccountsController(ShopDbContext db, IExchangeRates rates) : ControllerBase
{
    [HttpGet]
    public Task<List<Account>> GetAll(CancellationToken ct) => db.Accounts.AsNoTracking().ToListAsync(ct);

    [HttpPost]
    public async Task<ActionResult<Account>> Open(NewAccount request, CancellationToken ct)
    {
        var account = new Account { Owner = request.Owner, Currency = request.Currency, Balance = request.Balance };
        db.Accounts.Add(account);
        await db.SaveChangesAsync(ct);
        return account;
    }

    [HttpPost("transfers")]
    public async Task<IActionResult> TransferMoney(Transfer request, CancellationToken ct)
    {
        var from = await db.Accounts.FindAsync([request.From], ct);
        var to = await db.Accounts.FindAsync([request.To], ct);
        if (from is null || to is null)
        {
            return NotFound();
        }

        var rate = await rates.GetAsync(from.Currency, to.Currency, ct);

        if (from.Balance < request.Amount)
        {
            return Conflict("Not enough money.");
        }

        from.Balance -= request.Amount;
        to.Balance += request.Amount * rate;
        await db.SaveChangesAsync(ct);
        return Ok();
    }
}
