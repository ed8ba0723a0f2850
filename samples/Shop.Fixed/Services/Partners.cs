namespace Shop.Services;

/// <summary>The prices live in the merchandise system, one call away.</summary>
public interface IPriceList
{
    Task<decimal> QuoteAsync(int productId, int quantity, decimal listPrice, CancellationToken ct);
}

public interface IExchangeRates
{
    Task<decimal> GetAsync(string from, string to, CancellationToken ct);
}

public interface IPaymentProvider
{
    Task<bool> IsSolventAsync(string customer, CancellationToken ct);
}

/// <summary>Stands in for the merchandise system: an answer takes as long as one in the same data centre.</summary>
public class PriceList : IPriceList
{
    public async Task<decimal> QuoteAsync(int productId, int quantity, decimal listPrice, CancellationToken ct)
    {
        await Task.Delay(5, ct);
        return quantity >= 10 ? listPrice * quantity * 0.9m : listPrice * quantity;
    }
}

/// <summary>Stands in for the bank's rates.</summary>
public class ExchangeRates : IExchangeRates
{
    public async Task<decimal> GetAsync(string from, string to, CancellationToken ct)
    {
        await Task.Delay(5, ct);
        return (from, to) switch
        {
            ("EUR", "USD") => 1.10m,
            ("USD", "EUR") => 0.90m,
            _ => 1m,
        };
    }
}

/// <summary>Stands in for the payment provider.</summary>
public class PaymentProvider : IPaymentProvider
{
    public async Task<bool> IsSolventAsync(string customer, CancellationToken ct)
    {
        await Task.Delay(5, ct);
        return customer.Length > 0;
    }
}
