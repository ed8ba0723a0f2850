using Proof.Databases;

namespace Proof;

/// <summary>A machine may lack a server; where all are required, that is a failure.</summary>
public static class Server
{
    private static bool AllRequired => Environment.GetEnvironmentVariable("RACE_ANALYZERS_REQUIRE_SERVERS") == "1";

    public static void Require(Target target)
    {
        if (target.WhyMissing is not { } reason)
            return;
        if (AllRequired)
            Assert.Fail(reason);
        Assert.Skip(reason);
    }
}
