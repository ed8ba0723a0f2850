// The application that the examples of the rule pages are written in: each example is a member of ShopService, and an
// entity shown in an example takes the place of the one here. A test compiles them all.
global using System;
global using System.Collections.Generic;
global using System.ComponentModel.DataAnnotations;
global using System.Data;
global using System.Linq;
global using System.Threading;
global using System.Threading.Channels;
global using System.Threading.Tasks;
global using Microsoft.AspNetCore.Http;
global using Microsoft.EntityFrameworkCore;
global using Microsoft.EntityFrameworkCore.Diagnostics;
global using Microsoft.Extensions.Caching.Memory;
global using Npgsql;
global using StackExchange.Redis;
global using Order = Shop.Order;
global using Role = Shop.Role;

namespace Shop;

public partial class ShopService
{
    private readonly ShopDb _db;
    private readonly IDbContextFactory<ShopDb> _contexts;
    private readonly IMemoryCache _cache;
    private readonly IDatabase _redis;
    private readonly ChannelWriter<int> _parcels;

    public ShopService(
        ShopDb db, IDbContextFactory<ShopDb> contexts, IMemoryCache cache, IDatabase redis, ChannelWriter<int> parcels)
    {
        _db = db;
        _contexts = contexts;
        _cache = cache;
        _redis = redis;
        _parcels = parcels;
    }
}

public class ShopDb(DbContextOptions<ShopDb> options) : DbContext(options)
{
    public DbSet<Product> Products => Set<Product>();
    public DbSet<Order> Orders => Set<Order>();
    public DbSet<OrderLine> OrderLines => Set<OrderLine>();
    public DbSet<Coupon> Coupons => Set<Coupon>();
    public DbSet<Account> Accounts => Set<Account>();
    public DbSet<Wallet> Wallets => Set<Wallet>();
    public DbSet<User> Users => Set<User>();
    public DbSet<Customer> Customers => Set<Customer>();
    public DbSet<Member> Members => Set<Member>();
    public DbSet<Tag> Tags => Set<Tag>();
    public DbSet<Event> Events => Set<Event>();
    public DbSet<Booking> Bookings => Set<Booking>();
    public DbSet<Invoice> Invoices => Set<Invoice>();
    public DbSet<Counter> Counters => Set<Counter>();
    public DbSet<Job> Jobs => Set<Job>();
    public DbSet<Refusal> Refusals => Set<Refusal>();
}

public class Product
{
    public int Id { get; set; }
    public string Name { get; set; } = "";
    public decimal Price { get; set; }
    public int Stock { get; set; }
}

public enum OrderStatus { Pending, Paid, Shipped }

public class Order
{
    public int Id { get; set; }
    public OrderStatus Status { get; set; }
}

public class OrderLine
{
    public int Id { get; set; }
    public int OrderId { get; set; }
    public int ProductId { get; set; }
    public int Quantity { get; set; }
}

public class Coupon
{
    public int Id { get; set; }
    public DateTime? UsedAt { get; set; }
}

public class Account
{
    public int Id { get; set; }
    public decimal Balance { get; set; }
}

public class Wallet
{
    public int Id { get; set; }
    public decimal Balance { get; set; }

    [Timestamp]
    public uint Version { get; set; }
}

public class User
{
    public int Id { get; set; }
    public string Username { get; set; } = "";
}

[Index(nameof(Email), IsUnique = true)]
public class Customer
{
    public int Id { get; set; }
    public string Email { get; set; } = "";
}

public enum Role { User, Owner }

public class Member
{
    public int Id { get; set; }
    public int TeamId { get; set; }
    public Role Role { get; set; }
}

public class Tag
{
    public int Id { get; set; }
    public string Name { get; set; } = "";
}

public class Event
{
    public int Id { get; set; }
    public int Capacity { get; set; }
}

public class Booking
{
    public int Id { get; set; }
    public int EventId { get; set; }
    public int UserId { get; set; }
}

public class Invoice
{
    public int Id { get; set; }
    public int Number { get; set; }
}

public class Counter
{
    public int Id { get; set; }
    public string Name { get; set; } = "";
    public int Value { get; set; }
}

public enum JobStatus { Pending, Running, Done }

public class Job
{
    public int Id { get; set; }
    public JobStatus Status { get; set; }
}

public class Refusal
{
    public int Id { get; set; }
    public string Email { get; set; } = "";
}
