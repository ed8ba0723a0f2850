[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace RaceAnalyzers.Samples.Tests;

/// <summary>The races are real: plain HTTP requests, sent at the same time, leave the shop in a state it must not have.</summary>
public class ShopTests(RacingShop shop) : IClassFixture<RacingShop>
{
    private const int MostRounds = 20;

    public static TheoryData<string> Scenarios => [.. Tests.Scenarios.All.Keys];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Shop_goes_wrong(string scenario)
    {
        var play = Tests.Scenarios.All[scenario];
        for (var round = 1; round <= MostRounds; round++)
        {
            if (await play(shop, round) is { } wrong)
            {
                TestContext.Current.TestOutputHelper?.WriteLine($"Round {round}: {wrong}.");
                return;
            }
        }

        Assert.Fail($"Nothing went wrong in {MostRounds} rounds.");
    }
}

/// <summary>The same requests to the same shop after the fixes.</summary>
public class FixedShopTests(FixedShop shop) : IClassFixture<FixedShop>
{
    private const int Rounds = 3;

    public static TheoryData<string> Scenarios => [.. Tests.Scenarios.All.Keys];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Fixed_shop_stays_right(string scenario)
    {
        for (var round = 1; round <= Rounds; round++)
        {
            Assert.Null(await Tests.Scenarios.All[scenario](shop, round));
        }
    }
}
