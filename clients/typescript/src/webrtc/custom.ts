// What two clients agree on beyond the protocol.

/** The payload of signals of the kind `custom` that this package sends and reads. Others, and unknown fields, are the app's own. */
export interface CustomSignal {
  /** The other side needs an offer: it has none. */
  requestOffer?: boolean;
  /** The sender has lost its peer connection (a reload); both build a new one. */
  restart?: boolean;
  /** Whether the sender has its microphone and camera on. */
  media?: { audio: boolean; video: boolean };
  /** The sender leaves a call that goes on without it. */
  bye?: boolean;
}
