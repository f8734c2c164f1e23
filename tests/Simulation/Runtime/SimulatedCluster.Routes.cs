namespace OrleansCalls.Tests.Simulation.Runtime;

/// <content>Where grains are: the directory, and what silos remember of it.</content>
internal sealed partial class SimulatedCluster
{
    private readonly Dictionary<GrainId, Activation> _directory = [];

    /// <summary>Sends a message; the seed and <see cref="Fate"/> decide what becomes of it.</summary>
    public void Send(Message message)
    {
        switch (Fate?.Invoke(message) ?? MessageFate.Deliver)
        {
            case MessageFate.Deliver:
                Deliver(message, message.Origin);
                break;
            case MessageFate.LoseAnswer:
                message.LoseAnswer = true;
                Deliver(message, message.Origin);
                break;
            case MessageFate.Delay:
                Time.After(LongestDelay * _random.NextDouble(), () => Deliver(message, message.Origin));
                break;
            case MessageFate.LoseRequest:
                break;
        }
    }

    /// <summary>Brings a message to its activation, as a silo knows it; a client's message comes through any silo.</summary>
    public void Deliver(Message message, SimulatedSilo? from)
    {
        if (Observers.IsObserver(message.Target))
        {
            Observers.Deliver(message);
            return;
        }

        if (from is not { IsDead: false })
        {
            if (Alive.Count == 0)
            {
                message.Fail(new SiloUnavailableException("No silo is up."));
                return;
            }

            from = Alive[_random.Next(Alive.Count)];
        }

        if (from.IsCutOff && !from.Activations.ContainsKey(message.Target))
            return;
        var activation = Find(message.Target, from) ?? Place(message.Target, from);
        // Until the death of its silo is noticed, what is sent there is lost.
        if (!activation.Silo.IsDead)
            activation.ReceiveMessage(message);
        else
            Time.After(
                activation.Silo.NoticedAt - Time.Now,
                () => message.Fail(new SiloUnavailableException($"{activation.Silo.Address} is gone.")));
    }

    /// <summary>An activation is gone in good order.</summary>
    public void Forget(Activation activation)
    {
        if (_directory.GetValueOrDefault(activation.GrainId) == activation)
            _directory.Remove(activation.GrainId);
    }

    /// <summary>The silo that ticks a grain's reminders; null while it is dead and nobody has noticed.</summary>
    public SimulatedSilo? OwnerOf(GrainId id)
    {
        var members = _silos.Where(silo => silo is { IsCutOff: false } && (!silo.IsDead || silo.NoticedAt > Time.Now)).ToList();
        return members.Count > 0 && members[(int)(id.GetUniformHashCode() % members.Count)] is { IsDead: false } owner
            ? owner
            : null;
    }

    private Activation? Find(GrainId id, SimulatedSilo from)
    {
        if (from.Activations.TryGetValue(id, out var here))
            return here;
        if (from.Cache.TryGetValue(id, out var cached) && IsThought(cached))
            return cached;
        if (!_directory.TryGetValue(id, out var known) || !IsThought(known))
            return null;
        from.Cache[id] = known;
        return known;
    }

    private bool IsThought(Activation activation) =>
        !activation.Silo.IsCutOff && (activation.Silo.IsDead ? activation.Silo.NoticedAt > Time.Now : !activation.IsGone);

    private Activation Place(GrainId id, SimulatedSilo from)
    {
        var kind = GrainTypes.ClassOf(id.Type);
        var up = Up;
        var silo = kind.PrefersLocal || kind.IsStatelessWorker ? from : up[_random.Next(up.Count)];
        var activation = silo.GetOrActivate(id);
        if (!kind.IsStatelessWorker)
            _directory[id] = from.Cache[id] = activation;
        return activation;
    }
}
