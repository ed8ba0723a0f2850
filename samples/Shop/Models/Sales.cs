namespace Shop.Models;

public class Order
{
    public int Id { get; init; }

    public int ProductId { get; init; }

    public required string Customer { get; init; }

    public int Quantity { get; init; }

    public decimal Total { get; init; }
}

public class Invoice
{
    public int Id { get; init; }

    public int OrderId { get; init; }

    public int Number { get; init; }
}

public class Cart
{
    public int Id { get; init; }

    public required string Customer { get; init; }

    public List<CartLine> Lines { get; } = [];
}

public class CartLine
{
    public int Id { get; init; }

    public int CartId { get; init; }

    public int ProductId { get; init; }

    public int Quantity { get; set; }
}

public class Coupon
{
    public int Id { get; init; }

    public required string Code { get; init; }

    public decimal Amount { get; init; }

    public string? RedeemedBy { get; set; }

    public DateTime? RedeemedAt { get; set; }
}
