using Microsoft.EntityFrameworkCore;
using Shop.Data;
using Shop.Endpoints;
using Shop.Services;

var builder = WebApplication.CreateBuilder(args);

builder.Services.AddDbContext<ShopDbContext>(options => options.UseSqlite(
    builder.Configuration.GetConnectionString("Shop")
    ?? $"Data Source={Path.Combine(Path.GetTempPath(), $"{builder.Environment.ApplicationName}.db")}"));

builder.Services.AddSingleton<IPriceList, PriceList>();
builder.Services.AddSingleton<IExchangeRates, ExchangeRates>();
builder.Services.AddSingleton<IPaymentProvider, PaymentProvider>();
builder.Services.AddSingleton<Mailer>();
builder.Services.AddScoped<CheckoutService>();
builder.Services.AddScoped<CartService>();
builder.Services.AddScoped<InvoiceService>();
builder.Services.AddScoped<MailQueue>();
builder.Services.AddHostedService<MailWorker>();
builder.Services.AddControllers();

var app = builder.Build();

await DemoData.CreateAsync(app.Services);

app.MapGet("/", () => "A small shop. Try /products, /events, /accounts.");
app.MapProducts();
app.MapCarts();
app.MapOrders();
app.MapUsers();
app.MapEvents();
app.MapMails();
app.MapControllers();

app.Run();
