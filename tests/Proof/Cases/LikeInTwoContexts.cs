// RACE103 Get-or-create: a like is added twice, by a repository that keeps some rows in a context that stays and others in one of their own.
// races on: PostgreSQL, MariaDB, SQLite

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

public class LikeRepository(Blog shared, IDbContextFactory<Blog> contexts)
{
    public Like? Find(int postId, int userId)
    {
        using var db = contexts.CreateDbContext();
        return db.Likes.AsNoTracking().FirstOrDefault(l => l.PostId == postId && l.UserId == userId);
    }

    public void Add(Like like)
    {
        if (like.PostId < 3)
        {
            shared.Likes.Add(like);
            shared.SaveChanges();
            return;
        }

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

public class Likes(Blog shared, IDbContextFactory<Blog> contexts)
{
    private readonly LikeRepository _likes = new(shared, contexts);

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

    public void Both(int userId)
    {
        Toggle(1, userId);
        Toggle(2, userId);
    }
}

public sealed class TwoClicks : Race<Blog>
{
    public TwoClicks()
    {
        Session(s => new Likes(s.Db, s).Both(7));
        Session(s => new Likes(s.Db, s).Both(7));
    }

    protected override void Seed(Blog db) => db.Add(new Like { PostId = 3, UserId = 7 });
}
