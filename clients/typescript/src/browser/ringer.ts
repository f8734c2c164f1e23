// The sounds of calls, made here: a chime that rings, the tone a caller hears, and a beep for a second call.

import { watchLevel } from './level.js';

/** What can be played. `waiting` is for a call that comes while another one goes on. */
export type Sound = 'ring' | 'ringback' | 'waiting';

/**
 * Whether sounds can be heard: `locked` until the user touches the page (browsers demand it after every load), `ready`, or `none` where
 * there is no Web Audio.
 */
export type SoundState = 'locked' | 'ready' | 'none';

/** What a {@link Ringer} uses of the browser; all of it has defaults. */
export interface RingerOptions {
  /** Makes the audio context; undefined where there is none. */
  createContext?(): AudioContext | undefined;
  /** Where touches and keys are listened to; the window when left out. */
  target?: Pick<EventTarget, 'addEventListener' | 'removeEventListener'>;
  /** Vibrates; the phone's own when left out. */
  vibrate?(pattern: number | number[]): void;
}

interface Note { atS: number; hertz: number; lengthS: number }
interface Pattern { notes: Note[]; everyS: number; volume: number; vibration?: number[] }

const chime = [[0, 659], [0.18, 784], [0.36, 988], [0.9, 659], [1.08, 784], [1.26, 988]] as const;
const patterns: Record<Sound, Pattern> = {
  ring: { notes: chime.map(([atS, hertz]) => ({ atS, hertz, lengthS: 0.5 })), everyS: 3, volume: 0.16, vibration: [300, 150, 300] },
  ringback: { notes: [{ atS: 0, hertz: 425, lengthS: 1 }], everyS: 4, volume: 0.04 },
  waiting: { notes: [{ atS: 0, hertz: 440, lengthS: 0.2 }, { atS: 0.4, hertz: 440, lengthS: 0.2 }], everyS: 5, volume: 0.05 },
};

/** Hidden tabs run their timers once a minute, so what is played is scheduled for longer than that. */
const aheadS = 75;
const refillMs = 20_000;
const touches = ['pointerdown', 'pointerup', 'keydown', 'touchend'] as const;

/**
 * Plays the sounds of calls. Make it when the page starts, before the user signs in: the touch that signs in then unlocks the sound.
 */
export class Ringer {
  private readonly target: Pick<EventTarget, 'addEventListener' | 'removeEventListener'>;
  private readonly vibrate: (pattern: number | number[]) => void;
  private readonly listeners = new Set<(state: SoundState) => void>();
  private readonly sounding = new Set<OscillatorNode>();
  private context: AudioContext | undefined;
  private playing: Sound | undefined;
  private nextAtS = 0;
  private refill: ReturnType<typeof setTimeout> | undefined;
  private shake: ReturnType<typeof setInterval> | undefined;
  private told: SoundState | undefined;

  /** A ringer that is silent, and as a rule locked. */
  constructor(options: RingerOptions = {}) {
    this.target = options.target ?? globalThis.window;
    this.vibrate = options.vibrate ?? vibrate;
    this.context = (options.createContext ?? createContext)();
    this.context?.addEventListener('statechange', this.stateChanged);
    for (const touch of touches)
      this.target.addEventListener(touch, this.unlock, { capture: true, passive: true });
  }

  /** Whether sounds can be heard. */
  get state(): SoundState {
    return !this.context ? 'none' : this.context.state === 'running' ? 'ready' : 'locked';
  }

  /** What is being played, or would be if it could be heard. */
  get sound(): Sound | undefined {
    return this.playing;
  }

  /** Calls `listener` at every change of `state`; returns how to stop. */
  onState(listener: (state: SoundState) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Unlocks the sound. Works in a click or a key press only, as browsers have it; every one of the page's does it anyway. */
  readonly unlock = (): void => {
    if (this.context && this.context.state !== 'running' && this.context.state !== 'closed')
      this.context.resume().catch(() => undefined);
  };

  /** Plays a sound over and over until another one, or undefined for silence. One that is locked begins with the touch that unlocks it. */
  play(sound: Sound | undefined): void {
    if (this.playing === sound)
      return;
    this.silence();
    this.playing = sound;
    if (!sound)
      return;
    this.begin();
    const { vibration, everyS } = patterns[sound];
    if (vibration) {
      this.vibrate(vibration);
      this.shake = setInterval(() => this.vibrate(vibration), everyS * 1000);
    }
  }

  /** Calls `show` ten times a second with how loud a stream is, 0 to 1, while sounds are unlocked; returns how to stop. */
  watchLevel(stream: MediaStream, show: (level: number) => void): () => void {
    return this.context ? watchLevel(stream, this.context, show) : () => undefined;
  }

  /** Silence for good. */
  close(): void {
    this.play(undefined);
    for (const touch of touches)
      this.target.removeEventListener(touch, this.unlock, { capture: true });
    this.context?.removeEventListener('statechange', this.stateChanged);
    this.context?.close().catch(() => undefined);
    this.context = undefined;
    this.listeners.clear();
  }

  private readonly stateChanged = (): void => {
    const { state } = this;
    if (state === this.told)
      return;
    this.told = state;
    if (state === 'ready')
      this.begin();
    for (const listener of [...this.listeners])
      listener(state);
  };

  private begin(): void {
    if (this.sounding.size > 0 || this.context?.state !== 'running')
      return;
    this.nextAtS = this.context.currentTime;
    this.schedule();
  }

  private schedule(): void {
    const { context, playing } = this;
    if (!context || !playing)
      return;
    const { notes, everyS, volume } = patterns[playing];
    for (const until = context.currentTime + aheadS; this.nextAtS < until; this.nextAtS += everyS)
      for (const note of notes)
        this.note(context, note, this.nextAtS + note.atS, volume);
    this.refill = setTimeout(() => this.schedule(), refillMs);
  }

  private note(context: AudioContext, { hertz, lengthS }: Note, startS: number, volume: number): void {
    const oscillator = new OscillatorNode(context, { type: 'sine', frequency: hertz });
    const gain = new GainNode(context, { gain: 0 });
    gain.gain.setValueAtTime(0, startS);
    gain.gain.linearRampToValueAtTime(volume, startS + 0.02);
    gain.gain.setValueAtTime(volume, startS + lengthS * 0.4);
    gain.gain.exponentialRampToValueAtTime(0.0001, startS + lengthS);
    oscillator.connect(gain).connect(context.destination);
    oscillator.onended = () => {
      this.sounding.delete(oscillator);
      gain.disconnect();
    };
    this.sounding.add(oscillator);
    oscillator.start(startS);
    oscillator.stop(startS + lengthS);
  }

  private silence(): void {
    clearTimeout(this.refill);
    clearInterval(this.shake);
    if (this.playing && patterns[this.playing].vibration)
      this.vibrate(0);
    this.playing = undefined;
    for (const oscillator of this.sounding) {
      oscillator.onended = null;
      oscillator.stop();
      oscillator.disconnect();
    }
    this.sounding.clear();
  }
}

function createContext(): AudioContext | undefined {
  try {
    return typeof AudioContext === 'function' ? new AudioContext() : undefined;
  } catch {
    // No sound device, or too many contexts.
    return undefined;
  }
}

/** Like sounds, only for a page that somebody has touched; asking earlier is an error in the console. */
function vibrate(pattern: number | number[]): void {
  if (globalThis.navigator?.userActivation?.hasBeenActive)
    navigator.vibrate?.(pattern);
}
