using Academy.Application.Abstractions;
using Academy.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Academy.Infrastructure;

public static class DependencyInjection
{
    public static IServiceCollection AddInfrastructure(this IServiceCollection services, string connectionString)
    {
        services.AddDbContext<AcademyDbContext>(options => options.UseNpgsql(connectionString));
        services.AddScoped<IApplicationDbContext>(provider => provider.GetRequiredService<AcademyDbContext>());
        services.AddScoped<IUnitOfWork>(provider => provider.GetRequiredService<AcademyDbContext>());
        services.AddScoped(typeof(IRepository<>), typeof(Repository<>));
        return services;
    }
}
