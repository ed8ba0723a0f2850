namespace RaceAnalyzers.Tests;

/// <summary>The application that most tests are written against: no protection anywhere in its model.</summary>
internal static class Shop
{
    /// <summary>A service as teams write it: the context in a field, given by the constructor.</summary>
    public static string Service(string members) =>
        "namespace Shop;\n\npublic class ShopService\n{\n    private readonly ShopDb _db;\n\n    public ShopService(ShopDb db) => _db = db;\n\n"
        + members + "\n}\n";

    /// <summary>The model with further members on one entity, and attributes above it.</summary>
    public static string ModelWith(string entity, string members, string attributes = "")
    {
        string declaration = $"public class {entity}\n{{\n";
        return Model.Contains(declaration, StringComparison.Ordinal)
            ? Model.Replace(declaration, $"{attributes}\n{declaration}{members}\n", StringComparison.Ordinal)
            : throw new ArgumentException("The shop has no such entity.", nameof(entity));
    }

    /// <summary>The model configured in code: statements of <c>OnModelCreating(ModelBuilder model)</c>.</summary>
    public static string ModelConfigured(string statements) => WithMembers(
        Model, $"protected override void OnModelCreating(ModelBuilder model) {{ {statements} }}");

    /// <summary>The model with a context that names its provider itself.</summary>
    public static string ModelUsing(string provider) => WithMembers(
        Model, $"protected override void OnConfiguring(DbContextOptionsBuilder options) => options.{provider};");

    /// <summary>Further members of the context.</summary>
    public static string WithMembers(string model, string members)
    {
        const string constructor = "public ShopDb() { }";
        return model.Replace(constructor, $"{constructor}\n{members}", StringComparison.Ordinal);
    }

    public const string Model = """
        namespace Shop;

        public class ShopDb : DbContext
        {
            public ShopDb() { }

            public ShopDb(DbContextOptions<ShopDb> options) : base(options) { }

            public DbSet<Product> Products => Set<Product>();
            public DbSet<User> Users => Set<User>();
            public DbSet<Account> Accounts => Set<Account>();
            public DbSet<Order> Orders => Set<Order>();
            public DbSet<OrderLine> OrderLines => Set<OrderLine>();
            public DbSet<Coupon> Coupons => Set<Coupon>();
            public DbSet<Invitation> Invitations => Set<Invitation>();
            public DbSet<Member> Members => Set<Member>();
            public DbSet<Event> Events => Set<Event>();
            public DbSet<Booking> Bookings => Set<Booking>();
            public DbSet<Seat> Seats => Set<Seat>();
            public DbSet<Job> Jobs => Set<Job>();
            public DbSet<Wallet> Wallets => Set<Wallet>();
            public DbSet<Withdrawal> Withdrawals => Set<Withdrawal>();
            public DbSet<Post> Posts => Set<Post>();
            public DbSet<Comment> Comments => Set<Comment>();
            public DbSet<Like> Likes => Set<Like>();
            public DbSet<Tag> Tags => Set<Tag>();
            public DbSet<Invoice> Invoices => Set<Invoice>();
            public DbSet<Notification> Notifications => Set<Notification>();
            public DbSet<Audit> Audits => Set<Audit>();
        }

        public class Product
        {
            public int Id { get; set; }
            public string Name { get; set; } = "";
            public string Sku { get; set; } = "";
            public int Stock { get; set; }
            public int Views { get; set; }
            public decimal Price { get; set; }
            public bool Active { get; set; }
            public DateTime? DiscontinuedAt { get; set; }
            public int CategoryId { get; set; }
        }

        public class User
        {
            public int Id { get; set; }
            public string Username { get; set; } = "";
            public string Email { get; set; } = "";
            public string Name { get; set; } = "";
            public string FirstName { get; set; } = "";
            public string LastName { get; set; } = "";
            public string FullName { get; set; } = "";
            public int Points { get; set; }
            public int FailedLogins { get; set; }
            public DateTime? LockedUntil { get; set; }
            public bool IsAdmin { get; set; }
            public DateTime LastSeen { get; set; }
        }

        public class Account
        {
            public int Id { get; set; }
            public string Owner { get; set; } = "";
            public decimal Balance { get; set; }
            public bool Frozen { get; set; }
        }

        public enum OrderStatus { Pending, Paid, Shipped, Cancelled }

        public class Order
        {
            public int Id { get; set; }
            public int CustomerId { get; set; }
            public OrderStatus Status { get; set; }
            public DateTime? PaidAt { get; set; }
            public decimal Subtotal { get; set; }
            public decimal Total { get; set; }
            public string? Note { get; set; }
            public List<OrderLine> Lines { get; set; } = [];
        }

        public class OrderLine
        {
            public int Id { get; set; }
            public int OrderId { get; set; }
            public Order? Order { get; set; }
            public int ProductId { get; set; }
            public Product? Product { get; set; }
            public int Quantity { get; set; }
            public decimal Price { get; set; }
        }

        public class Coupon
        {
            public int Id { get; set; }
            public string Code { get; set; } = "";
            public int Uses { get; set; }
            public int MaxUses { get; set; }
            public DateTime? UsedAt { get; set; }
            public int? UsedBy { get; set; }
            public DateTime ExpiresAt { get; set; }
        }

        public class Invitation
        {
            public int Id { get; set; }
            public string Token { get; set; } = "";
            public int TeamId { get; set; }
            public bool Accepted { get; set; }
        }

        public enum Role { User, Admin, Owner }

        public class Member
        {
            public int Id { get; set; }
            public int TeamId { get; set; }
            public int UserId { get; set; }
            public Role Role { get; set; }
        }

        public class Event
        {
            public int Id { get; set; }
            public string Title { get; set; } = "";
            public int Capacity { get; set; }
            public int Sold { get; set; }
            public List<Booking> Bookings { get; set; } = [];
        }

        public class Booking
        {
            public int Id { get; set; }
            public int EventId { get; set; }
            public Event? Event { get; set; }
            public int RoomId { get; set; }
            public int UserId { get; set; }
            public DateTime From { get; set; }
            public DateTime To { get; set; }
        }

        public class Seat
        {
            public int Id { get; set; }
            public int EventId { get; set; }
            public int Number { get; set; }
            public int? HolderId { get; set; }
        }

        public enum JobStatus { Pending, Running, Done }

        public class Job
        {
            public int Id { get; set; }
            public JobStatus Status { get; set; }
            public string? Worker { get; set; }
            public string Payload { get; set; } = "";
            public int Attempts { get; set; }
            public DateTime CreatedAt { get; set; }
        }

        public class Wallet
        {
            public int Id { get; set; }
            public int UserId { get; set; }
            public decimal Balance { get; set; }
        }

        public class Withdrawal
        {
            public int Id { get; set; }
            public int WalletId { get; set; }
            public decimal Amount { get; set; }
        }

        public class Post
        {
            public int Id { get; set; }
            public string Title { get; set; } = "";
            public string Slug { get; set; } = "";
            public bool IsLocked { get; set; }
            public int LikeCount { get; set; }
            public int AuthorId { get; set; }
            public List<Comment> Comments { get; set; } = [];
        }

        public class Comment
        {
            public int Id { get; set; }
            public int PostId { get; set; }
            public string Text { get; set; } = "";
        }

        public class Like
        {
            public int Id { get; set; }
            public int PostId { get; set; }
            public int UserId { get; set; }
        }

        public class Tag
        {
            public int Id { get; set; }
            public string Name { get; set; } = "";
            public int Uses { get; set; }
        }

        public class Invoice
        {
            public int Id { get; set; }
            public int Number { get; set; }
            public int CustomerId { get; set; }
            public decimal Total { get; set; }
        }

        public class Notification
        {
            public int Id { get; set; }
            public bool IsRead { get; set; }
            public DateTime? ReadAt { get; set; }
        }

        public class Audit
        {
            public int Id { get; set; }
            public string What { get; set; } = "";
        }

        public class OutOfStockException : Exception { }

        public class CreateUser
        {
            public string Username { get; set; } = "";
            public string Email { get; set; } = "";
            public string Name { get; set; } = "";
        }
        """;
}
