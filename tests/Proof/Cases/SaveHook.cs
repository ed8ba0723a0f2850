// RACE301 Save hook that reads and writes other rows: a number of comments loses one.
// races on: PostgreSQL, MariaDB, SQLite
// no fix: what a hook does concerns every save, also those of which nothing is seen here

public class Post
{
    public int Id { get; set; }

    public int CommentCount { get; set; }
}

public class Comment
{
    public int Id { get; set; }

    public int PostId { get; set; }

    public string Text { get; set; } = "";
}

public class Blog(DbContextOptions<Blog> options) : DbContext(options)
{
    public DbSet<Post> Posts => Set<Post>();

    public DbSet<Comment> Comments => Set<Comment>();

    public override async Task<int> SaveChangesAsync(CancellationToken cancellationToken = default)
    {
        foreach (var entry in ChangeTracker.Entries<Comment>().Where(e => e.State == EntityState.Added).ToList())
        {
            var post = await Posts.SingleAsync(p => p.Id == entry.Entity.PostId, cancellationToken);
            post.CommentCount++;
        }

        return await base.SaveChangesAsync(cancellationToken);
    }
}

public class Discussion(Blog db)
{
    public async Task Comment(int postId, string text)
    {
        db.Comments.Add(new Comment { PostId = postId, Text = text });
        await db.SaveChangesAsync();
    }
}

public sealed class TwoComments : Race<Blog>
{
    public TwoComments()
    {
        Session(s => new Discussion(s.Db).Comment(1, "first"));
        Session(s => new Discussion(s.Db).Comment(1, "second"));
    }

    protected override void Seed(Blog db) => db.Add(new Post { Id = 1 });
}
