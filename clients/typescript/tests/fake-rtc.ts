// WebRTC without media: tracks that can end, devices that can go, and peer connections that keep to the rules of signalling.

import type { MediaDeviceAccess, RtcPlatform } from '../src/webrtc/index.js';

export class FakeTrack extends EventTarget {
  enabled = true;
  muted = false;
  readyState: 'live' | 'ended' = 'live';
  constructor(readonly kind: 'audio' | 'video', readonly deviceId: string) {
    super();
  }

  get id(): string {
    return this.deviceId;
  }

  get label(): string {
    return `Device ${this.deviceId}`;
  }

  capabilities: Record<string, unknown> = {};
  applied: unknown;
  getCapabilities = (): Record<string, unknown> => this.capabilities;
  applyConstraints = async (constraints: unknown): Promise<void> => void (this.applied = constraints);

  getSettings(): { deviceId: string } {
    return { deviceId: this.deviceId };
  }

  stop(): void {
    this.readyState = 'ended';
  }

  /** The device is pulled out. */
  end(): void {
    this.readyState = 'ended';
    this.dispatchEvent(new Event('ended'));
  }
}

let streams = 0;

export class FakeStream {
  readonly id = `stream-${++streams}`;
  private readonly tracks: FakeTrack[] = [];
  getTracks = (): FakeTrack[] => [...this.tracks];
  getAudioTracks = (): FakeTrack[] => this.tracks.filter(track => track.kind === 'audio');
  addTrack = (track: FakeTrack): void => void this.tracks.push(track);
  removeTrack = (track: FakeTrack): void => void this.tracks.splice(this.tracks.indexOf(track), 1);
}

export class FakeDevices extends EventTarget {
  /** The device ids that were asked for. */
  readonly asked: unknown[] = [];
  /** Every track that was handed out. */
  readonly given: FakeTrack[] = [];
  listeners = 0;
  denied = false;

  constructor(readonly ids: { audio: string[]; video: string[] }) {
    super();
  }

  async getUserMedia(constraints: MediaStreamConstraints): Promise<FakeStream> {
    if (this.denied)
      throw Object.assign(new Error('denied'), { name: 'NotAllowedError' });
    const stream = new FakeStream();
    for (const kind of ['audio', 'video'] as const) {
      const wanted = constraints[kind] as MediaTrackConstraints | undefined;
      if (!wanted)
        continue;
      this.asked.push(wanted.deviceId);
      const exact = (wanted.deviceId as { exact?: string } | undefined)?.exact;
      const id = this.ids[kind].find(one => exact === undefined || one === exact);
      if (id === undefined)
        throw Object.assign(new Error('none'), { name: 'NotFoundError' });
      stream.addTrack(new FakeTrack(kind, id));
    }
    this.given.push(...stream.getTracks());
    return stream;
  }

  async getDisplayMedia(): Promise<FakeStream> {
    if (this.denied)
      throw Object.assign(new Error('denied'), { name: 'NotAllowedError' });
    const stream = new FakeStream();
    stream.addTrack(new FakeTrack('video', 'screen'));
    stream.addTrack(new FakeTrack('audio', 'screen-sound'));
    this.given.push(...stream.getTracks());
    return stream;
  }

  async enumerateDevices(): Promise<{ kind: string; deviceId: string }[]> {
    return (['audio', 'video'] as const).flatMap(kind => this.ids[kind].map(deviceId => ({ kind: `${kind}input`, deviceId })));
  }

  override addEventListener(type: string, listener: EventListener): void {
    this.listeners++;
    super.addEventListener(type, listener);
  }

  override removeEventListener(type: string, listener: EventListener): void {
    this.listeners--;
    super.removeEventListener(type, listener);
  }

  changed(): void {
    this.dispatchEvent(new Event('devicechange'));
  }
}

class FakeTransceiver {
  currentDirection = null;
  streams: string[] = [];
  readonly receiver: { track: FakeTrack };
  readonly sender = {
    track: null as FakeTrack | null,
    encodings: [{}] as Record<string, unknown>[],
    replaceTrack: async (track: FakeTrack | null) => void (this.sender.track = track),
    getParameters: () => ({ encodings: this.sender.encodings.map(one => ({ ...one })) }),
    setParameters: async ({ encodings }: { encodings: Record<string, unknown>[] }) => void (this.sender.encodings = encodings),
  };

  constructor(kind: 'audio' | 'video', public direction: string) {
    this.receiver = { track: new FakeTrack(kind, `remote-${kind}`) };
  }
}

let made = 0;

export class FakePeerConnection {
  signalingState = 'stable';
  connectionState = 'new';
  iceConnectionState = 'new';
  localDescription: { type: string; sdp: string } | null = null;
  remoteDescription: { type: string; sdp: string } | null = null;
  restarts = 0;
  readonly candidates: unknown[] = [];
  readonly id = ++made;
  onnegotiationneeded: (() => void) | null = null;
  onicecandidate: ((event: unknown) => void) | null = null;
  ontrack: ((event: unknown) => void) | null = null;
  onconnectionstatechange: (() => void) | null = null;
  oniceconnectionstatechange: (() => void) | null = null;
  private readonly transceivers: FakeTransceiver[] = [];
  private offers = 0;

  constructor(public configuration: RTCConfiguration) {}

  addTrack(track: FakeTrack): void {
    const one = new FakeTransceiver(track.kind, 'sendrecv');
    one.sender.track = track;
    this.transceivers.push(one);
    this.need();
  }

  addTransceiver(
    what: 'audio' | 'video' | FakeTrack, { direction, streams }: { direction: string; streams?: { id: string }[] },
  ): FakeTransceiver {
    const one = new FakeTransceiver(typeof what === 'string' ? what : what.kind, direction);
    one.sender.track = typeof what === 'string' ? null : what;
    one.streams = streams?.map(stream => stream.id) ?? [];
    this.transceivers.push(one);
    this.need();
    return one;
  }

  getTransceivers = (): FakeTransceiver[] => [...this.transceivers];
  getConfiguration = (): RTCConfiguration => this.configuration;
  setConfiguration = (configuration: RTCConfiguration): void => void (this.configuration = configuration);
  restartIce = (): void => void this.restarts++;
  /** What the browser says of the connection. */
  stats: Record<string, unknown>[] = [];
  getStats = async (): Promise<Map<string, unknown>> => new Map(this.stats.map((entry, index) => [String(index), entry]));

  async setLocalDescription(): Promise<void> {
    const isAnswer = this.signalingState === 'have-remote-offer';
    const lines = this.transceivers.map(one => `${one.receiver.track.kind}:${one.direction}`).join();
    this.localDescription = { type: isAnswer ? 'answer' : 'offer', sdp: `${this.id}.${++this.offers} ${lines}` };
    this.settle(isAnswer ? 'stable' : 'have-local-offer');
  }

  async setRemoteDescription(description: { type: string; sdp: string }): Promise<void> {
    if (description.type === 'answer' && this.signalingState !== 'have-local-offer')
      throw new Error('InvalidStateError');
    this.remoteDescription = description;
    this.settle(description.type === 'answer' ? 'stable' : 'have-remote-offer');
  }

  addIceCandidate = async (candidate: unknown): Promise<void> => void this.candidates.push(candidate);

  close(): void {
    this.signalingState = this.connectionState = 'closed';
  }

  /** The network is gone, or back. */
  ice(state: string, connection: string): void {
    [this.iceConnectionState, this.connectionState] = [state, connection];
    this.oniceconnectionstatechange?.();
    this.onconnectionstatechange?.();
  }

  private settle(state: string): void {
    this.signalingState = state;
    if (state === 'stable')
      this.ice('connected', 'connected');
  }

  private need(): void {
    queueMicrotask(() => this.signalingState === 'stable' && this.onnegotiationneeded?.());
  }
}

export interface FakeRtc extends RtcPlatform {
  readonly made: FakePeerConnection[];
}

export function fakeRtc(devices: FakeDevices | undefined): FakeRtc {
  const made: FakePeerConnection[] = [];
  return {
    made,
    devices: devices as unknown as MediaDeviceAccess | undefined,
    createStream: () => new FakeStream() as unknown as MediaStream,
    createPeerConnection: configuration => {
      made.push(new FakePeerConnection(configuration));
      return made.at(-1) as unknown as RTCPeerConnection;
    },
  };
}
