namespace OrleansCalls;

/// <summary>What each <see cref="LegPhase"/> means, for whoever has no use for the difference between its neighbours.</summary>
public static class LegPhases
{
    extension(LegPhase phase)
    {
        /// <summary>True while the callee has still to answer, whether or not a device has been reached.</summary>
        public bool IsPending => phase switch
        {
            LegPhase.Notifying or LegPhase.PushSent or LegPhase.Ringing => true,
            LegPhase.Accepted or LegPhase.Joined => false,
            LegPhase.Declined or LegPhase.Busy or LegPhase.Missed or LegPhase.Left or LegPhase.Blocked => false,
        };

        /// <summary>True while the callee is in the call with a bound device, ready for media or not.</summary>
        public bool IsIn => phase is LegPhase.Accepted or LegPhase.Joined;

        /// <summary>True until the callee's part in the call is over: the callee has still to answer or is in.</summary>
        public bool IsOpen => phase.IsPending || phase.IsIn;
    }
}
