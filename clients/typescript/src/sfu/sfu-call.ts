// Media of one call through an SFU: for more parties than a mesh supports.

import { CallError, parseHubError } from '../calls/errors.js';
import type { CallMedia, MediaLayer, MediaLink } from '../calls/media-layer.js';
import type { Call, MediaState } from '../calls/protocol.js';
import { OwnMedia } from '../webrtc/own-media.js';
import { browserRtc } from '../webrtc/platform.js';
import type { RtcPlatform } from '../webrtc/platform.js';
import type { SfuAccess, SfuConnect, SfuRoom, SfuSource } from './room.js';

/** Options of an SFU layer. */
export interface SfuOptions {
  /** The SFU's client. */
  connect: SfuConnect;
  /**
   * Returns the room; {@link metadataAccess} by default. An app that issues a token per user requests it from its back end
   * here.
   */
  access?(call: Call, userId: string): SfuAccess | undefined | Promise<SfuAccess | undefined>;
  /** The platform's WebRTC, for devices; the browser's own by default. */
  rtc?: RtcPlatform;
}

/** Another party's media from the SFU. */
export interface SfuParty {
  /** Audio and video. */
  readonly remote: MediaStream;
  /** The screen, while one is shared. */
  readonly screen: MediaStream;
  audio: boolean;
  video: boolean;
}

/**
 * The room and token that the app's back end put into the call's metadata: `sfuUrl`, `sfuRoom`, and `sfuToken:<user id>` or,
 * for an SFU whose tokens are per room, `sfuToken`. Undefined without them: the call is a mesh.
 */
export function metadataAccess({ metadata = {} }: Pick<Call, 'metadata'>, userId: string): SfuAccess | undefined {
  const { sfuUrl: url, sfuRoom: room } = metadata;
  const token = metadata[`sfuToken:${userId}`] ?? metadata['sfuToken'];
  return url && room && token ? { url, room, token } : undefined;
}

/** A media layer through an SFU: `new CallsClient(options, sfu({ connect: liveKit(livekit) }))`. */
export const sfu = (options: SfuOptions): MediaLayer<SfuCall> => link => new SfuCall(link, options);

/** Media of one call through an SFU. */
export class SfuCall extends OwnMedia implements CallMedia {
  /** The other parties with received tracks, by user id. */
  readonly parties = new Map<string, SfuParty>();
  private readonly platform: RtcPlatform;
  private readonly published = new Map<SfuSource, MediaStreamTrack>();
  private room: SfuRoom | undefined;
  private joining = false;
  private isOpen = false;
  private current: MediaState = 'connecting';
  private work: Promise<unknown> = Promise.resolve();

  /** Creates the media layer of the call behind `link`. */
  constructor(link: MediaLink, private readonly options: SfuOptions) {
    const platform = options.rtc ?? browserRtc;
    super(link, platform);
    this.platform = platform;
  }

  /** The state of the connection to the SFU. */
  get state(): MediaState {
    return this.current;
  }

  /** No offer: everybody negotiates with the SFU. */
  async offer(wants: { video: boolean }): Promise<undefined> {
    await this.openMedia(wants.video);
  }

  /** No answer, likewise. */
  async answer(wants: { video: boolean }): Promise<undefined> {
    await this.openMedia(wants.video);
  }

  /** @inheritDoc */
  async restore(wants: { video: boolean }): Promise<void> {
    await this.openMedia(wants.video);
  }

  /** @inheritDoc */
  open(): void {
    this.isOpen = true;
    this.update();
  }

  /** Joins the room once a callee has accepted. */
  update(): void {
    const { call, place } = this.link;
    if (!this.isOpen || !this.hasMedia || place !== 'here' || call.answeredAt === undefined || this.joining
      || this.room || this.isClosed)
      return;
    this.joining = true;
    this.join().catch(error => !this.isClosed && this.link.failed(parseHubError(error))).finally(() => this.joining = false);
  }

  /** The invite carries nothing for the SFU. */
  invited(): void {}

  /** The SFU reports its participants. */
  joined(): void {}

  /** Signals are the app's own. */
  async signalled(): Promise<void> {}

  /** The SFU's client reconnects by itself; a failed join is retried. */
  reconnected(): void {
    this.update();
  }

  /** The SFU notifies the others. */
  async leave(): Promise<void> {}

  /** @inheritDoc */
  close(): void {
    this.isClosed = true;
    this.share.stop();
    this.local.close();
    void this.room?.leave().catch(error => this.link.environment.log.debug('The room could not be left.', error));
    this.parties.clear();
  }

  private async join(): Promise<void> {
    const access = await (this.options.access ?? metadataAccess)(this.link.call, this.link.userId);
    if (!access)
      throw new CallError('invalid_argument', 'The call has no room and token of an SFU, in its metadata or from the app.');
    this.report('connecting');
    const room = await this.options.connect(access, {
      track: (userId, source, track) => this.came(userId, source, track),
      trackGone: (userId, source, track) => this.went(userId, source, track),
      muted: (userId, source, muted) => this.mutedByOther(userId, source, muted),
      state: state => this.report(state),
    });
    if (this.isClosed)
      return await room.leave();
    this.room = room;
    this.report('connected');
    this.publishAll();
  }

  /** Publishes exactly the current tracks; one change after the other. */
  private publishAll(): void {
    this.work = this.work.then(async () => {
      if (!this.room || this.isClosed)
        return;
      const screen = this.share.stream?.getTracks() ?? [];
      const wanted: [SfuSource, MediaStreamTrack | undefined][] = [
        ['microphone', this.local.track('audio')], ['camera', this.local.track('video')],
        ['screen', screen.find(track => track.kind === 'video')], ['screen_sound', screen.find(track => track.kind === 'audio')],
      ];
      for (const [source, track] of wanted) {
        const before = this.published.get(source);
        if (before === track)
          continue;
        this.published.delete(source);
        if (before)
          await this.room.unpublish(before);
        if (track) {
          await this.room.publish(source, track);
          this.published.set(source, track);
        }
      }
    }).catch(error => !this.isClosed && this.link.failed(parseHubError(error)));
  }

  private came(userId: string, source: SfuSource, track: MediaStreamTrack): void {
    const party = this.parties.get(userId)
      ?? { remote: this.platform.createStream(), screen: this.platform.createStream(), audio: false, video: false };
    this.parties.set(userId, party);
    streamOf(party, source).addTrack(track);
    this.mutedByOther(userId, source, false);
  }

  private went(userId: string, source: SfuSource, track: MediaStreamTrack): void {
    const party = this.parties.get(userId);
    if (!party)
      return;
    streamOf(party, source).removeTrack(track);
    this.mutedByOther(userId, source, true);
    if (party.remote.getTracks().length + party.screen.getTracks().length === 0)
      this.parties.delete(userId);
  }

  private mutedByOther(userId: string, source: SfuSource, muted: boolean): void {
    const party = this.parties.get(userId);
    if (party && source === 'microphone')
      party.audio = !muted;
    if (party && source === 'camera')
      party.video = !muted;
    this.link.changed();
  }

  protected override send(): void {
    this.publishAll();
  }

  protected override screenChanged(): void {
    this.mediaChanged();
  }

  protected override mediaChanged(): void {
    if (this.isClosed)
      return;
    this.publishAll();
    if (this.room)
      this.report(this.current);
    this.link.changed();
  }

  private report(state: MediaState): void {
    if (this.isClosed)
      return;
    this.current = state;
    const screen = this.share.stream ? { screen: true } : {};
    this.link.send('ReportMedia', {
      callId: this.link.call.callId, state, audio: this.local.hears, video: this.cameraOn, ...screen,
    })
      .catch(error => this.link.environment.log.debug('ReportMedia failed.', error));
    this.link.changed();
  }
}

const streamOf = (party: SfuParty, source: SfuSource): MediaStream =>
  source === 'screen' || source === 'screen_sound' ? party.screen : party.remote;
