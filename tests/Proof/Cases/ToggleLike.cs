// RACE103 Get-or-create: a like is added twice.
// races on: PostgreSQL, MariaDB, SQLite

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

public class Likes(Blog db)
{
    public async Task Toggle(int postId, int userId)
    {
        var like = await db.Likes.FirstOrDefaultAsync(l => l.PostId == postId && l.UserId == userId);
        if (like == null)
            db.Likes.Add(new Like { PostId = postId, UserId = userId });
        else
            db.Likes.Remove(like);
        await db.SaveChangesAsync();
    }
}

public sealed class TwoClicks : Race<Blog>
{
    public TwoClicks()
    {
        Session(s => new Likes(s.Db).Toggle(1, 7));
        Session(s => new Likes(s.Db).Toggle(1, 7));
    }

    protected override void Seed(Blog db) => db.Add(new Like { PostId = 2, UserId = 7 });
}
