namespace Shop.Models;

public class Product
{
    public int Id { get; init; }

    public required string Name { get; set; }

    public decimal Price { get; set; }

    public int Stock { get; set; }

    public int Views { get; set; }
}

public class Like
{
    public int Id { get; init; }

    public int ProductId { get; init; }

    public required string Customer { get; init; }
}
