// RACE001 Lost update: a counter without any check loses a view.
// races on: PostgreSQL, MariaDB, SQLite

public class Page
{
    public int Id { get; set; }

    public int Views { get; set; }
}

public class Blog(DbContextOptions<Blog> options) : DbContext(options)
{
    public DbSet<Page> Pages => Set<Page>();
}

public class Statistics(Blog db)
{
    public void CountView(int id)
    {
        var page = db.Pages.Find(id);
        if (page == null)
            throw new KeyNotFoundException();
        page.Views++;
        db.SaveChanges();
    }
}

public sealed class TwoReaders : Race<Blog>
{
    public TwoReaders()
    {
        Session(s => new Statistics(s.Db).CountView(1));
        Session(s => new Statistics(s.Db).CountView(1));
    }

    protected override void Seed(Blog db) => db.Add(new Page { Id = 1, Views = 7 });
}
