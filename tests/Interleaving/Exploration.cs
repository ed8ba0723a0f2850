namespace Interleaving;

/// <summary>
/// Walks through all orders of the sessions' steps, depth first, one order a run. Orders that differ only in the order
/// of commuting steps are tried once (sleep sets; Godefroid, Partial-Order Methods for the Verification of Concurrent
/// Systems, 1996).
/// </summary>
public sealed class Exploration(Func<Step, Step, bool> commute) : IChooser
{
    private readonly List<Branch> _path = [];
    private int _depth;

    /// <summary>The run turned out to differ from an earlier one by commuting steps only.</summary>
    public bool Known { get; private set; }

    /// <summary>Prepares the next run. False when every order has been tried.</summary>
    public bool Advance()
    {
        _depth = 0;
        Known = false;
        while (_path.Count > 0)
        {
            var last = _path[^1];
            var untried = last.Ready.Keys.Except(last.Asleep).Except(last.Tried).ToArray();
            if (untried.Length > 0)
            {
                last.Tried.Add(untried[0]);
                return true;
            }

            _path.RemoveAt(_path.Count - 1);
        }

        return false;
    }

    public int Choose(IReadOnlyDictionary<int, Step> ready)
    {
        if (Known)
            return ready.Keys.Min();
        if (_depth < _path.Count)
        {
            var branch = _path[_depth];
            if (ready.ContainsKey(branch.Chosen))
            {
                _depth++;
                return branch.Chosen;
            }

            // The database gave a lock to another session than last time: what follows is new.
            _path.RemoveRange(_depth, _path.Count - _depth);
        }

        var asleep = Asleep();
        var awake = ready.Keys.Except(asleep).ToArray();
        if (awake.Length == 0)
        {
            // Whatever follows has been seen in another order; the run only has to come to its end.
            Known = true;
            return ready.Keys.Min();
        }

        // Taking turns first finds most anomalies in the first run: both read before either writes.
        var chosen = awake.MinBy(LastTurn);
        _path.Add(new Branch(new Dictionary<int, Step>(ready), asleep, [chosen]));
        _depth++;
        return chosen;
    }

    private int LastTurn(int session) => _path.FindLastIndex(b => b.Chosen == session);

    /// <summary>The sessions whose next step was tried before and has met nothing since that it would not commute with.</summary>
    private HashSet<int> Asleep()
    {
        if (_depth == 0)
            return [];
        var parent = _path[_depth - 1];
        var step = parent.Ready[parent.Chosen];
        return parent.Asleep.Union(parent.Tried)
            .Where(s => s != parent.Chosen && commute(parent.Ready[s], step))
            .ToHashSet();
    }

    private sealed record Branch(Dictionary<int, Step> Ready, HashSet<int> Asleep, List<int> Tried)
    {
        public int Chosen => Tried[^1];
    }
}
