using System.Linq.Expressions;
using Academy.Application.Abstractions;
using Microsoft.EntityFrameworkCore;

namespace Academy.Infrastructure.Persistence;

public class Repository<T>(AcademyDbContext db) : IRepository<T>
    where T : class
{
    public async Task<T?> GetByIdAsync(int id, CancellationToken ct = default) => await db.Set<T>().FindAsync([id], ct);

    public Task<T?> FirstOrDefaultAsync(Expression<Func<T, bool>> predicate, CancellationToken ct = default) =>
        db.Set<T>().FirstOrDefaultAsync(predicate, ct);

    public Task<bool> AnyAsync(Expression<Func<T, bool>> predicate, CancellationToken ct = default) =>
        db.Set<T>().AnyAsync(predicate, ct);

    public async Task AddAsync(T entity, CancellationToken ct = default) => await db.Set<T>().AddAsync(entity, ct);

    public void Remove(T entity) => db.Set<T>().Remove(entity);
}
