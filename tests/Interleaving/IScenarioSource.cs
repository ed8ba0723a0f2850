using System.Reflection;

namespace Interleaving;

/// <summary>Makes scenarios of compiled operations, each on a state of its own.</summary>
public interface IScenarioSource
{
    /// <param name="load">Loads a fresh copy of the assembly that holds the operations.</param>
    /// <param name="name">A name that nothing else has.</param>
    Task<IScenario> OpenAsync(Func<Assembly> load, string name);
}
