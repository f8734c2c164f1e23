namespace OrleansCalls;

/// <summary>Groups of <see cref="LegPhase"/>s.</summary>
public static class LegPhases
{
    extension(LegPhase phase)
    {
        /// <summary>True until the callee has answered, whether or not a device has been reached.</summary>
        public bool IsPending => phase switch
        {
            LegPhase.Notifying or LegPhase.PushSent or LegPhase.Ringing => true,
            LegPhase.Accepted or LegPhase.Joined => false,
            LegPhase.Declined or LegPhase.Busy or LegPhase.Missed or LegPhase.Left or LegPhase.Blocked => false,
        };

        /// <summary>True while the callee is in the call with a bound device, ready for media or not.</summary>
        public bool IsIn => phase is LegPhase.Accepted or LegPhase.Joined;

        /// <summary>True until the callee's part has ended: the answer is pending, or the callee is in the call.</summary>
        public bool IsOpen => phase.IsPending || phase.IsIn;
    }
}
