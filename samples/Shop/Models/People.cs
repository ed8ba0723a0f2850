namespace Shop.Models;

public class User
{
    public int Id { get; init; }

    public required string Username { get; init; }

    public required string PasswordHash { get; set; }
}

public class Account
{
    public int Id { get; init; }

    public required string Owner { get; init; }

    public required string Currency { get; init; }

    public decimal Balance { get; set; }
}

public enum Role
{
    Member,
    Owner,
}

public class Member
{
    public int Id { get; init; }

    public int TeamId { get; init; }

    public required string Email { get; init; }

    public Role Role { get; set; }
}

public class Invitation
{
    public int Id { get; init; }

    public int TeamId { get; init; }

    public required string Token { get; init; }

    public required string Email { get; init; }

    public DateTime? AcceptedAt { get; set; }
}
