// RACE103 Get-or-create: with a unique index the second author gets an error in place of the tag.
// fails on: PostgreSQL, MariaDB, SQLite

[Index(nameof(Name), IsUnique = true)]
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
