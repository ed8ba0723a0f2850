using System.Data;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Shop.Data;
using Shop.Models;

namespace Shop.Controllers;

public record NewMember(string Email, Role Role);

[ApiController]
[Route("teams")]
public class TeamsController(ShopDbContext db) : ControllerBase
{
    [HttpGet("{id:int}/members")]
    public Task<List<Member>> GetMembers(int id, CancellationToken ct) =>
        db.Members.AsNoTracking().Where(m => m.TeamId == id).ToListAsync(ct);

    [HttpPost("{id:int}/members")]
    public async Task<ActionResult<Member>> AddMember(int id, NewMember request, CancellationToken ct)
    {
        var member = new Member { TeamId = id, Email = request.Email, Role = request.Role };
        db.Members.Add(member);
        await db.SaveChangesAsync(ct);
        return member;
    }

    [HttpPost("invitations/{token}/acceptance")]
    public async Task<IActionResult> Accept(string token, CancellationToken ct)
    {
        var invitation = await db.Invitations.SingleOrDefaultAsync(i => i.Token == token, ct);
        if (invitation is null)
        {
            return NotFound();
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var now = DateTime.UtcNow;
        var updated = await db.Invitations
            .Where(i => i.Id == invitation.Id && i.AcceptedAt == null)
            .ExecuteUpdateAsync(s => s.SetProperty(i => i.AcceptedAt, now), ct);
        if (updated == 0)
        {
            return Conflict("This invitation was accepted.");
        }

        db.Members.Add(new Member { TeamId = invitation.TeamId, Email = invitation.Email });
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return Ok();
    }

    [HttpPost("members/{id:int}/demotion")]
    public async Task<IActionResult> Demote(int id, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.Serializable, ct);
        var member = await db.Members.FindAsync([id], ct);
        if (member is null)
        {
            return NotFound();
        }

        var owners = await db.Members.CountAsync(m => m.TeamId == member.TeamId && m.Role == Role.Owner, ct);
        if (owners < 2)
        {
            return Conflict("A team needs an owner.");
        }

        member.Role = Role.Member;
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return Ok();
    }
}
