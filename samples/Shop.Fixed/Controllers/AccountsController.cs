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

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var updated = await db.Accounts
            .Where(a => a.Id == request.From && a.Balance >= request.Amount)
            .ExecuteUpdateAsync(s => s.SetProperty(a => a.Balance, a => a.Balance - request.Amount), ct);
        if (updated == 0)
        {
            return Conflict("Not enough money.");
        }

        await db.Accounts
            .Where(a => a.Id == request.To)
            .ExecuteUpdateAsync(s => s.SetProperty(a => a.Balance, a => a.Balance + (request.Amount * rate)), ct);
        await transaction.CommitAsync(ct);
        return Ok();
    }
}
