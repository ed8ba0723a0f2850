namespace RaceAnalyzers.Benchmarks;

/// <summary>The texts from which applications are put together; a module is one business object with all that belongs to it.</summary>
internal static class Modules
{
    public static string Context(string sets) => $$"""
        namespace Application;

        public class AppDb(DbContextOptions<AppDb> options) : DbContext(options)
        {
        {{sets}}
            protected override void OnModelCreating(ModelBuilder model) => base.OnModelCreating(model);
        }

        """;

    public static string Sets(int n) => $$"""
            public DbSet<Product{{n}}> Products{{n}} => Set<Product{{n}}>();
            public DbSet<Order{{n}}> Orders{{n}} => Set<Order{{n}}>();
            public DbSet<Line{{n}}> Lines{{n}} => Set<Line{{n}}>();

        """;

    public static string Entities(int n) => $$"""
        namespace Application;

        public class Product{{n}}
        {
            public int Id { get; set; }
            public string Name { get; set; } = "";
            public string? Description { get; set; }
            public int Stock { get; set; }
            public int Views { get; set; }
            public decimal Price { get; set; }
            public bool Active { get; set; }
        }

        public class Order{{n}}
        {
            public int Id { get; set; }
            public int Number { get; set; }
            public string Status { get; set; } = "New";
            public string Customer { get; set; } = "";
            public decimal Total { get; set; }
            public DateTime Created { get; set; }
            public List<Line{{n}}> Lines { get; } = new();
        }

        public class Line{{n}}
        {
            public int Id { get; set; }
            public int OrderId { get; set; }
            public int ProductId { get; set; }
            public int Quantity { get; set; }
            public decimal Price { get; set; }
        }


        """;

    /// <summary>What surrounds the data in an application: transfer objects, their mapping, validation, prices, formats, and a controller.</summary>
    public static string Logic(int n) => $$"""
        public record ProductDto{{n}}(int Id, string Name, string? Description, decimal Price, bool Active);

        public record LineDto{{n}}(int ProductId, int Quantity, decimal Price);

        public record OrderDto{{n}}(int Id, int Number, string Status, string Customer, decimal Total, IReadOnlyList<LineDto{{n}}> Lines);

        public class OrderRequest{{n}}
        {
            public string Customer { get; set; } = "";
            public string? Voucher { get; set; }
            public List<LineDto{{n}}> Lines { get; set; } = new();
        }

        public static class Mapping{{n}}
        {
            public static ProductDto{{n}} ToDto(this Product{{n}} product) =>
                new(product.Id, product.Name, product.Description, product.Price, product.Active);

            public static LineDto{{n}} ToDto(this Line{{n}} line) => new(line.ProductId, line.Quantity, line.Price);

            public static OrderDto{{n}} ToDto(this Order{{n}} order)
            {
                var lines = new List<LineDto{{n}}>();
                foreach (var line in order.Lines)
                {
                    lines.Add(line.ToDto());
                }

                return new OrderDto{{n}}(order.Id, order.Number, order.Status, order.Customer, order.Total, lines);
            }
        }

        public class Validator{{n}}
        {
            private readonly List<string> _errors = new();

            public IReadOnlyList<string> Errors => _errors;

            public bool Validate(OrderRequest{{n}} request)
            {
                _errors.Clear();
                if (string.IsNullOrWhiteSpace(request.Customer))
                {
                    _errors.Add("The customer is missing.");
                }
                else if (request.Customer.Length > 200)
                {
                    _errors.Add($"The customer's name has {request.Customer.Length} characters.");
                }

                if (request.Voucher is { Length: > 0 } voucher && !IsVoucher(voucher))
                {
                    _errors.Add($"'{voucher}' is no voucher.");
                }

                for (int i = 0; i < request.Lines.Count; i++)
                {
                    var line = request.Lines[i];
                    if (line.Quantity <= 0)
                    {
                        _errors.Add($"Line {i + 1}: {line.Quantity} pieces.");
                    }

                    if (line.Price < 0m)
                    {
                        _errors.Add($"Line {i + 1}: a negative price.");
                    }
                }

                return _errors.Count == 0;
            }

            private static bool IsVoucher(string text)
            {
                int sum = 0;
                foreach (char character in text)
                {
                    if (!char.IsAsciiLetterOrDigit(character))
                    {
                        return false;
                    }

                    sum = (sum * 31 + character) % 97;
                }

                return sum % 7 == {{n % 7}};
            }
        }

        public class Prices{{n}}
        {
            private readonly Dictionary<int, decimal> _discounts = new() { [1] = 0.01m, [10] = 0.05m, [100] = 0.10m };

            public decimal Of(IEnumerable<LineDto{{n}}> lines, string? voucher)
            {
                decimal total = 0m;
                foreach (var line in lines)
                {
                    decimal price = line.Price * line.Quantity;
                    decimal discount = 0m;
                    foreach (var (pieces, share) in _discounts)
                    {
                        if (line.Quantity >= pieces && share > discount)
                        {
                            discount = share;
                        }
                    }

                    total += Math.Round(price * (1m - discount), 2);
                }

                switch (voucher)
                {
                    case null or "":
                        break;
                    case "HALF":
                        total /= 2m;
                        break;
                    default:
                        total -= Math.Min(5m, total);
                        break;
                }

                return total;
            }

            public IReadOnlyDictionary<string, decimal> Parts(IReadOnlyList<LineDto{{n}}> lines) => lines
                .GroupBy(line => line.ProductId)
                .Where(group => group.Sum(line => line.Quantity) > 0)
                .OrderBy(group => group.Key)
                .ToDictionary(group => $"product-{group.Key}", group => group.Sum(line => line.Price * line.Quantity));
        }

        public class Formats{{n}}
        {
            public string Invoice(OrderDto{{n}} order)
            {
                var text = new System.Text.StringBuilder();
                text.AppendLine($"Invoice {order.Number} for {order.Customer}");
                foreach (var line in order.Lines)
                {
                    text.Append(line.ProductId).Append('\t').Append(line.Quantity).Append('\t').AppendLine(line.Price.ToString("0.00"));
                }

                text.AppendLine($"Total {order.Total:0.00}");
                return text.ToString();
            }

            public bool TryParse(string text, out LineDto{{n}}? line)
            {
                line = null;
                string[] parts = text.Split('\t');
                if (parts.Length != 3)
                {
                    return false;
                }

                try
                {
                    line = new LineDto{{n}}(int.Parse(parts[0]), int.Parse(parts[1]), decimal.Parse(parts[2]));
                    return true;
                }
                catch (FormatException)
                {
                    return false;
                }
            }
        }

        [Microsoft.AspNetCore.Mvc.Route("orders{{n}}")]
        public class Orders{{n}}Controller : Microsoft.AspNetCore.Mvc.ControllerBase
        {
            private readonly Service{{n}} _service;
            private readonly Validator{{n}} _validator = new();
            private readonly Prices{{n}} _prices = new();

            public Orders{{n}}Controller(Service{{n}} service) => _service = service;

            [Microsoft.AspNetCore.Mvc.HttpGet("{id}")]
            public async Task<Microsoft.AspNetCore.Mvc.IActionResult> Get(int id)
            {
                var order = await _service.GetOrder(id);
                if (order is null)
                {
                    return NotFound();
                }

                return Ok(order.ToDto());
            }

            [Microsoft.AspNetCore.Mvc.HttpPost]
            public async Task<Microsoft.AspNetCore.Mvc.IActionResult> Post(OrderRequest{{n}} request)
            {
                if (!_validator.Validate(request))
                {
                    return BadRequest(_validator.Errors);
                }

                decimal total = _prices.Of(request.Lines, request.Voucher);
                var order = await _service.Create(request.Customer, total);
                return Ok(order.ToDto());
            }
        }


        """;

    public static string InMemoryService(int n) => $$"""
        public class Service{{n}}
        {
            private readonly List<Order{{n}}> _orders = new();

            public Task<Order{{n}}?> GetOrder(int id) => Task.FromResult(_orders.FirstOrDefault(o => o.Id == id));

            public Task<List<Order{{n}}>> Recent(DateTime since) =>
                Task.FromResult(_orders.Where(o => o.Created > since).OrderBy(o => o.Number).ToList());

            public async Task<Order{{n}}> Create(string customer, decimal total)
            {
                var order = new Order{{n}} { Customer = customer, Total = total, Created = DateTime.UtcNow };
                _orders.Add(order);
                await Task.Yield();
                return order;
            }

            public bool Pay(int id)
            {
                var order = _orders.Single(o => o.Id == id);
                if (order.Status != "New") return false;
                order.Status = "Paid";
                order.Total -= 1m;
                return true;
            }
        }


        """;

    public static string QuietService(int n, string members) => $$"""
        public class Service{{n}}
        {
            private readonly AppDb _db;

            public Service{{n}}(AppDb db) => _db = db;

            public Task<Order{{n}}?> GetOrder(int id) =>
                _db.Orders{{n}}.AsNoTracking().Include(o => o.Lines).FirstOrDefaultAsync(o => o.Id == id);

            public async Task<List<Order{{n}}>> Recent(DateTime since, int page)
            {
                var query = _db.Orders{{n}}.Where(o => o.Created > since);
                if (page > 0)
                {
                    query = query.Skip(page * 20);
                }

                return await query.OrderBy(o => o.Number).Take(20).ToListAsync();
            }

            public async Task<Order{{n}}> Create(string customer, decimal total)
            {
                var order = new Order{{n}} { Customer = customer, Total = total, Created = DateTime.UtcNow };
                _db.Orders{{n}}.Add(order);
                await _db.SaveChangesAsync();
                return order;
            }

            public async Task<bool> Rename(int id, string name, string? description)
            {
                var product = await _db.Products{{n}}.FindAsync(id);
                if (product is null)
                {
                    return false;
                }

                product.Name = name;
                product.Description = description;
                await _db.SaveChangesAsync();
                return true;
            }

            public async Task Delete(int id)
            {
                var order = await _db.Orders{{n}}.Include(o => o.Lines).SingleAsync(o => o.Id == id);
                _db.Lines{{n}}.RemoveRange(order.Lines);
                _db.Orders{{n}}.Remove(order);
                await _db.SaveChangesAsync();
            }

            public Task<int> Reprice(decimal factor) =>
                _db.Products{{n}}.Where(p => p.Active).ExecuteUpdateAsync(set => set.SetProperty(p => p.Price, p => p.Price * factor));
        {{members}}}


        """;

    public static string Race(int n) => $$"""

            public async Task<bool> Buy(int id, int quantity)
            {
                var product = await _db.Products{{n}}.FindAsync(id);
                if (product is null || product.Stock < quantity)
                {
                    return false;
                }

                product.Stock -= quantity;
                await _db.SaveChangesAsync();
                return true;
            }

        """;

    public static string Races(int n) => Race(n) + $$"""

            public async Task Ship(int id)
            {
                var order = await Load(id);
                if (order.Status != "Paid")
                {
                    throw new InvalidOperationException(order.Status);
                }

                order.Status = "Shipped";
                order.Total += 4.90m;
                await _db.SaveChangesAsync();
            }

            public async Task<Product{{n}}> GetOrCreate(string name)
            {
                var product = await _db.Products{{n}}.SingleOrDefaultAsync(p => p.Name == name);
                if (product is null)
                {
                    product = new Product{{n}} { Name = name };
                    _db.Products{{n}}.Add(product);
                    await _db.SaveChangesAsync();
                }

                return product;
            }

            public async Task Number(string customer)
            {
                int last = await _db.Orders{{n}}.MaxAsync(o => o.Number);
                _db.Orders{{n}}.Add(new Order{{n}} { Customer = customer, Number = last + 1 });
                await _db.SaveChangesAsync();
            }

            public async Task<bool> Reserve(int order, int product, int quantity)
            {
                int taken = await _db.Lines{{n}}.Where(l => l.ProductId == product).SumAsync(l => l.Quantity);
                if (taken + quantity > 100)
                {
                    return false;
                }

                _db.Lines{{n}}.Add(new Line{{n}} { OrderId = order, ProductId = product, Quantity = quantity });
                await _db.SaveChangesAsync();
                return true;
            }

            private Task<Order{{n}}> Load(int id) => _db.Orders{{n}}.SingleAsync(o => o.Id == id);

        """;
}
