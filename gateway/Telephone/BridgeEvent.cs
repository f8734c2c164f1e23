namespace OrleansCalls.Gateway.Telephone;

/// <summary>How this process came to handle a call.</summary>
internal enum CallOrigin
{
    /// <summary>The channel has just entered the application.</summary>
    Fresh,

    /// <summary>The channel existed when this process began to receive events.</summary>
    Found,

    /// <summary>As <see cref="Found"/>, and the call was open already.</summary>
    Known,
}

/// <summary>An event of a call from the telephone network.</summary>
internal enum BridgeEvent
{
    /// <summary>The call's state changed.</summary>
    Changed,

    /// <summary>The caller's channel is gone.</summary>
    CallerGone,

    /// <summary>The app's channel was answered.</summary>
    MobileUp,

    /// <summary>The app's channel is gone.</summary>
    MobileGone,

    /// <summary>The grains have lost the caller's lease; it must be opened again.</summary>
    LineLost,

    /// <summary>Another process handles this call now.</summary>
    TakenOver,
}
