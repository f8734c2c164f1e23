namespace OrleansCalls.Gateway.Telephone;

/// <summary>How a process came to a call.</summary>
internal enum CallOrigin
{
    /// <summary>Its channel has just come in.</summary>
    Fresh,

    /// <summary>Its channel was there when this process began to hear of channels.</summary>
    Found,

    /// <summary>As <see cref="Found"/>, and the call was open already.</summary>
    Known,
}

/// <summary>What happens to one call out of the telephone network.</summary>
internal enum Happening
{
    /// <summary>There is news of the call.</summary>
    Changed,

    /// <summary>The caller's channel is gone.</summary>
    CallerGone,

    /// <summary>The app's channel was answered.</summary>
    MobileUp,

    /// <summary>The app's channel is gone.</summary>
    MobileGone,

    /// <summary>The grains no longer know the line; it has to be opened again.</summary>
    LineLost,

    /// <summary>Another process looks after this call now.</summary>
    TakenOver,
}
