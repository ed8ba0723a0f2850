// RACE103 Get-or-create: a tag that is looked up by its name is created twice.
// races on: PostgreSQL, MariaDB, SQLite

public class Tag
{
    public int Id { get; set; }

    [System.ComponentModel.DataAnnotations.MaxLength(100)]
    public string Name { get; set; } = "";
}

public class Blog(DbContextOptions<Blog> options) : DbContext(options)
{
    public DbSet<Tag> Tags => Set<Tag>();
}

public class Tagging(Blog db)
{
    public async Task<string> Tag(string name)
    {
        var tag = await db.Tags.FirstOrDefaultAsync(t => t.Name == name);
        if (tag == null)
        {
            tag = new Tag { Name = name };
            db.Tags.Add(tag);
            await db.SaveChangesAsync();
        }

        return tag.Name;
    }
}

public sealed class TwoAuthors : Race<Blog>
{
    public TwoAuthors()
    {
        Session(s => new Tagging(s.Db).Tag("news"));
        Session(s => new Tagging(s.Db).Tag("news"));
    }

    protected override void Seed(Blog db) => db.Add(new Tag { Name = "old" });
}
