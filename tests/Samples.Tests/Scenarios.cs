using System.Net;

namespace RaceAnalyzers.Samples.Tests;

/// <summary>
/// What customers do at the same time. A scenario plays one round on rows of its own and tells what went wrong: an outcome
/// that the same requests, sent one after the other, cannot have.
/// </summary>
internal static class Scenarios
{
    public delegate Task<string?> Round(Deployment shop, int number);

    public static IReadOnlyDictionary<string, Round> All { get; } = new Dictionary<string, Round>
    {
        ["buy the last item"] = BuyAsync,
        ["register a name"] = RegisterAsync,
        ["transfer money"] = TransferAsync,
        ["redeem a coupon"] = RedeemAsync,
        ["reserve a seat"] = ReserveAsync,
        ["accept an invitation"] = AcceptAsync,
        ["book an event"] = BookAsync,
        ["fill a cart"] = FillCartAsync,
        ["toggle a like"] = ToggleLikeAsync,
        ["count views"] = CountViewsAsync,
        ["number invoices"] = NumberInvoicesAsync,
        ["leave the last owner"] = DemoteAsync,
        ["send queued mails"] = SendMailsAsync,
    };

    private static async Task<string?> BuyAsync(Deployment shop, int number)
    {
        var product = await NewProductAsync(shop, stock: 3);
        var answers = await shop.BurstAsync(10, $"/products/{product.Id}/orders", new { Customer = "c", Quantity = 1 }, HttpStatusCode.OK, HttpStatusCode.Conflict);
        var left = (await shop.GetAsync<Product>($"/products/{product.Id}")).Stock;
        return Won(answers) == 3 && left == 0 ? null : $"3 in stock, {Won(answers)} sold, {left} left";
    }

    private static async Task<string?> RegisterAsync(Deployment shop, int number)
    {
        var answers = await shop.BurstAsync(6, "/users", new { Username = $"user{number}", Password = "secret" }, HttpStatusCode.Created, HttpStatusCode.Conflict);
        var users = (await shop.GetAsync<string[]>("/users")).Count(u => u == $"user{number}");
        return Won(answers) == 1 && users == 1 ? null : $"{Won(answers)} told that the name is theirs, {users} users of that name";
    }

    private static async Task<string?> TransferAsync(Deployment shop, int number)
    {
        var from = await shop.PostAsync<Account>("/accounts", new { Owner = "a", Currency = "EUR", Balance = 100 });
        var to = await shop.PostAsync<Account>("/accounts", new { Owner = "b", Currency = "EUR", Balance = 0 });
        var answers = await shop.BurstAsync(8, "/accounts/transfers", new { From = from.Id, To = to.Id, Amount = 30 }, HttpStatusCode.OK, HttpStatusCode.Conflict);
        var accounts = await shop.GetAsync<Account[]>("/accounts");
        var balances = (From: accounts.Single(a => a.Id == from.Id).Balance, To: accounts.Single(a => a.Id == to.Id).Balance);
        return (Won(answers), balances) == (3, (10, 90)) ? null : $"{Won(answers)} of 8 transfers of 30 from 100: {balances}";
    }

    private static async Task<string?> RedeemAsync(Deployment shop, int number) =>
        OnlyOne(await shop.BurstAsync(8, $"/coupons/WELCOME{number}/redemption", new { Customer = "c" }, HttpStatusCode.OK, HttpStatusCode.Conflict));

    private static async Task<string?> ReserveAsync(Deployment shop, int number) =>
        OnlyOne(await shop.BurstAsync(8, $"/seats/{number}/reservation", new { Customer = "c" }, HttpStatusCode.OK, HttpStatusCode.Conflict));

    private static async Task<string?> AcceptAsync(Deployment shop, int number)
    {
        var wrong = OnlyOne(await shop.BurstAsync(8, $"/teams/invitations/invitation-{number}/acceptance", null, HttpStatusCode.OK, HttpStatusCode.Conflict));
        var guests = (await shop.GetAsync<Member[]>("/teams/1/members")).Count(m => m.Email == $"guest{number}@shop.example");
        return wrong is null && guests == 1 ? null : $"{wrong}, {guests} members from one invitation";
    }

    private static async Task<string?> BookAsync(Deployment shop, int number)
    {
        var tasting = await shop.PostAsync<Row>("/events", new { Title = "Tea tasting", Capacity = 3 });
        await shop.BurstAsync(10, $"/events/{tasting.Id}/bookings", new { Guest = "g" }, HttpStatusCode.OK, HttpStatusCode.Conflict);
        var guests = (await shop.GetAsync<Row[]>($"/events/{tasting.Id}/bookings")).Length;
        return guests == 3 ? null : $"{guests} guests for 3 places";
    }

    private static async Task<string?> FillCartAsync(Deployment shop, int number)
    {
        var product = await NewProductAsync(shop, stock: 100);
        await shop.BurstAsync(8, $"/carts/customer{number}/items", new { ProductId = product.Id, Quantity = 1 }, HttpStatusCode.OK);
        var carts = await shop.GetAsync<Cart[]>($"/carts/customer{number}");
        var lines = carts.SelectMany(c => c.Lines).ToList();
        return carts.Length == 1 && lines.Count == 1 && lines[0].Quantity == 8
            ? null
            : $"{carts.Length} carts, {lines.Count} lines of one product, {lines.Sum(l => l.Quantity)} of 8 pieces";
    }

    private static async Task<string?> ToggleLikeAsync(Deployment shop, int number)
    {
        var product = await NewProductAsync(shop, stock: 1);
        var customers = Enumerable.Range(1, 6).Select(n => $"customer{n}");
        var answers = await shop.BurstAsync(
            customers.SelectMany(c => Enumerable.Repeat(($"/products/{product.Id}/likes", (object?)new { Customer = c }), 2)),
            HttpStatusCode.OK, HttpStatusCode.InternalServerError);
        var likes = (await shop.GetAsync<Row[]>($"/products/{product.Id}/likes")).Length;
        return likes == 0 && Won(answers) == 12 ? null : $"{likes} likes left when everyone had liked and unliked, {12 - Won(answers)} errors";
    }

    private static async Task<string?> CountViewsAsync(Deployment shop, int number)
    {
        var product = await NewProductAsync(shop, stock: 1);
        await shop.BurstAsync(16, $"/products/{product.Id}/views", null, HttpStatusCode.NoContent);
        var views = (await shop.GetAsync<Product>($"/products/{product.Id}")).Views;
        return views == 16 ? null : $"{views} of 16 views counted";
    }

    private static async Task<string?> NumberInvoicesAsync(Deployment shop, int number)
    {
        await shop.BurstAsync(8, $"/orders/{number}/invoice", null, HttpStatusCode.OK);
        var numbers = (await shop.GetAsync<Invoice[]>("/invoices")).Select(i => i.Number).ToList();
        var twice = numbers.Count - numbers.Distinct().Count();
        return twice == 0 && numbers.Max() == numbers.Count ? null : $"{twice} invoice numbers given again";
    }

    private static async Task<string?> DemoteAsync(Deployment shop, int number)
    {
        var team = 1000 + number;
        var first = await shop.PostAsync<Member>($"/teams/{team}/members", new { Email = "a@shop.example", Role = 1 });
        var second = await shop.PostAsync<Member>($"/teams/{team}/members", new { Email = "b@shop.example", Role = 1 });
        await shop.BurstAsync(
            [($"/teams/members/{first.Id}/demotion", null), ($"/teams/members/{second.Id}/demotion", null)],
            HttpStatusCode.OK, HttpStatusCode.Conflict);
        var owners = (await shop.GetAsync<Member[]>($"/teams/{team}/members")).Count(m => m.Role == 1);
        return owners == 1 ? null : $"{owners} owners left";
    }

    private static async Task<string?> SendMailsAsync(Deployment shop, int number)
    {
        const int Mails = 20;
        var before = (await shop.GetFromAllAsync<int>("/mails/delivered")).ToHashSet();
        await shop.BurstAsync(1, "/mails", new { Recipients = Enumerable.Repeat("a@shop.example", Mails), Subject = "Hello" }, HttpStatusCode.Accepted);

        var limit = DateTime.UtcNow.AddSeconds(30);
        List<int> delivered;
        do
        {
            Assert.True(DateTime.UtcNow < limit, "The mails were not sent.");
            await Task.Delay(100);
            delivered = [.. (await shop.GetFromAllAsync<int>("/mails/delivered")).Where(id => !before.Contains(id))];
        }
        while (delivered.Distinct().Count() < Mails);

        return delivered.Count == Mails ? null : $"{delivered.Count} deliveries of {Mails} mails";
    }

    private static Task<Product> NewProductAsync(Deployment shop, int stock) =>
        shop.PostAsync<Product>("/products", new { Name = "Tea pot", Price = 25, Stock = stock });

    private static int Won(IEnumerable<HttpStatusCode> answers) => answers.Count(a => (int)a is >= 200 and < 300);

    private static string? OnlyOne(List<HttpStatusCode> answers) =>
        Won(answers) == 1 ? null : $"{Won(answers)} of {answers.Count} told that they won";

    private record Row(int Id);

    private record Product(int Id, int Stock, int Views);

    private record Account(int Id, decimal Balance);

    private record Member(int Id, string Email, int Role);

    private record Cart(int Id, Line[] Lines);

    private record Line(int Id, int Quantity);

    private record Invoice(int Number);
}
