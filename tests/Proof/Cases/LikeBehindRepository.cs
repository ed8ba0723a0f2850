// RACE103 Get-or-create: a like is added twice, by a repository whose calls have a context of their own.
// fails on: PostgreSQL, MariaDB, SQLite

[Index(nameof(PostId), nameof(UserId), IsUnique = true)]
public class Like
{
    public int Id { get; set; }

    public int PostId { get; set; }

    public int UserId { get; set; }
}

public class Blog(DbContextOptions<Blog> options) : DbContext(options)
{
    public DbSet<Like> Likes => Set<Like>();
}

public class LikeRepository(IDbContextFactory<Blog> contexts)
{
    public Like? Find(int postId, int userId)
    {
        using var db = contexts.CreateDbContext();
        return db.Likes.AsNoTracking().FirstOrDefault(l => l.PostId == postId && l.UserId == userId);
    }

    public void Add(Like like)
    {
        using var db = contexts.CreateDbContext();
        db.Likes.Add(like);
        db.SaveChanges();
    }

    public void Remove(Like like)
    {
        using var db = contexts.CreateDbContext();
        db.Likes.Remove(like);
        db.SaveChanges();
    }
}

public class Likes(IDbContextFactory<Blog> contexts)
{
    private readonly LikeRepository _likes = new(contexts);

    public void Toggle(int postId, int userId)
    {
        var like = _likes.Find(postId, userId);
        if (like == null)
        {
            like = new Like { PostId = postId, UserId = userId };
            _likes.Add(like);
        }
        else
        {
            _likes.Remove(like);
        }
    }
}

public sealed class TwoClicks : Race<Blog>
{
    public TwoClicks()
    {
        Session(s => new Likes(s).Toggle(1, 7));
        Session(s => new Likes(s).Toggle(1, 7));
    }

    protected override void Seed(Blog db) => db.Add(new Like { PostId = 2, UserId = 7 });
}
