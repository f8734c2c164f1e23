// This device's microphone and camera during one call.

import { CallError, parseMediaError } from './errors';

const audio: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const video: MediaTrackConstraints = { width: { ideal: 1280 }, height: { ideal: 720 }, facingMode: 'user' };

export class LocalMedia {
  /** One stream for the whole call; its tracks come and go. */
  readonly stream = new MediaStream();
  private isMuted = false;
  private isClosed = false;

  get muted(): boolean {
    return this.isMuted;
  }

  get cameraOn(): boolean {
    return this.videoTrack !== undefined;
  }

  get audioTrack(): MediaStreamTrack | undefined {
    return this.stream.getAudioTracks()[0];
  }

  get videoTrack(): MediaStreamTrack | undefined {
    return this.stream.getVideoTracks()[0];
  }

  /** Starts the microphone, and the camera if it is wanted and there is one: no camera is no reason not to talk. */
  async open(withVideo: boolean): Promise<void> {
    if (this.audioTrack)
      return;
    try {
      this.take(await navigator.mediaDevices.getUserMedia(withVideo ? { audio, video } : { audio }));
    } catch (error) {
      if (!withVideo)
        throw parseMediaError(error);
      await this.open(false);
    }
  }

  async startCamera(): Promise<MediaStreamTrack> {
    if (this.videoTrack)
      return this.videoTrack;
    try {
      this.take(await navigator.mediaDevices.getUserMedia({ video }));
    } catch (error) {
      const cause = parseMediaError(error);
      throw new CallError(cause.code, cause.code === 'media_denied'
        ? 'The browser was not allowed to use the camera.'
        : 'The camera could not be started; another program may be using it.');
    }
    if (!this.videoTrack)
      throw new CallError('media_missing', 'The call is over.');
    return this.videoTrack;
  }

  /** Stops the camera for real, so that its light goes out. */
  stopCamera(): void {
    const track = this.videoTrack;
    if (track) {
      track.stop();
      this.stream.removeTrack(track);
    }
  }

  mute(muted: boolean): void {
    this.isMuted = muted;
    if (this.audioTrack)
      this.audioTrack.enabled = !muted;
  }

  close(): void {
    this.isClosed = true;
    for (const track of this.stream.getTracks()) {
      track.stop();
      this.stream.removeTrack(track);
    }
  }

  private take(taken: MediaStream): void {
    for (const track of taken.getTracks()) {
      // The permission prompt may be answered after the call is over.
      if (this.isClosed)
        track.stop();
      else
        this.stream.addTrack(track);
    }
    this.mute(this.isMuted);
  }
}
