// The sounds of calls, synthesized: a ring chime, the ringback tone, and a beep for a waiting call.

import { watchLevel } from './level.js';

/** The sounds. `waiting` is for a call that rings during another one. */
export type Sound = 'ring' | 'ringback' | 'waiting';

/**
 * Whether sounds are audible: `locked` until the user interacts with the page (browsers require it after every load), `ready`,
 * or `none` without Web Audio.
 */
export type SoundState = 'locked' | 'ready' | 'none';

/** The parts of the browser that {@link Ringer} uses; all have defaults. */
export interface RingerOptions {
  /** Creates the audio context; returns undefined where there is none. */
  createContext?(): AudioContext | undefined;
  /** The target whose touches and keys unlock the sound; the window by default. */
  target?: Pick<EventTarget, 'addEventListener' | 'removeEventListener'>;
  /** Vibrates; `navigator.vibrate` by default. */
  vibrate?(pattern: number | number[]): void;
}

interface Note { atS: number; hertz: number; lengthS: number }
interface Pattern { notes: Note[]; everyS: number; volume: number; vibration?: number[] }

const chime = [[0, 659], [0.18, 784], [0.36, 988], [0.9, 659], [1.08, 784], [1.26, 988]] as const;
const patterns: Record<Sound, Pattern> = {
  ring: {
    notes: chime.map(([atS, hertz]) => ({ atS, hertz, lengthS: 0.5 })), everyS: 3, volume: 0.16, vibration: [300, 150, 300],
  },
  ringback: { notes: [{ atS: 0, hertz: 425, lengthS: 1 }], everyS: 4, volume: 0.04 },
  waiting: { notes: [{ atS: 0, hertz: 440, lengthS: 0.2 }, { atS: 0.4, hertz: 440, lengthS: 0.2 }], everyS: 5, volume: 0.05 },
};

/** Hidden tabs run their timers once a minute, so sounds are scheduled further ahead than that. */
const aheadS = 75;
const refillMs = 20_000;
const touches = ['pointerdown', 'pointerup', 'keydown', 'touchend'] as const;

/** Plays the sounds of calls. Create it at the page's start, before sign-in: the click that signs in then unlocks the sound. */
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
  private reported: SoundState | undefined;

  /** Creates a silent ringer, usually locked. */
  constructor(options: RingerOptions = {}) {
    this.target = options.target ?? globalThis.window;
    this.vibrate = options.vibrate ?? vibrate;
    this.context = (options.createContext ?? createContext)();
    this.context?.addEventListener('statechange', this.stateChanged);
    for (const touch of touches)
      this.target.addEventListener(touch, this.unlock, { capture: true, passive: true });
  }

  /** Whether sounds are audible. */
  get state(): SoundState {
    return !this.context ? 'none' : this.context.state === 'running' ? 'ready' : 'locked';
  }

  /** The current sound, audible or not. */
  get sound(): Sound | undefined {
    return this.playing;
  }

  /** Calls `listener` at every change of `state`; returns a function that stops it. */
  onState(listener: (state: SoundState) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Unlocks the sound. Works only during a click or key press; every one on the page does it anyway. */
  readonly unlock = (): void => {
    if (this.context && this.context.state !== 'running' && this.context.state !== 'closed')
      this.context.resume().catch(() => undefined);
  };

  /**
   * Repeats a sound until another one, or undefined for silence. While locked, the sound starts with the interaction that
   * unlocks it.
   */
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

  /**
   * Calls `show` ten times a second with a stream's loudness, 0 to 1, while sounds are unlocked; returns a function that stops
   * it.
   */
  watchLevel(stream: MediaStream, show: (level: number) => void): () => void {
    return this.context ? watchLevel(stream, this.context, show) : () => undefined;
  }

  /** Stops all sounds permanently. */
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
    if (state === this.reported)
      return;
    this.reported = state;
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
    // There is no sound device, or there are too many contexts.
    return undefined;
  }
}

/** Vibration also needs an interaction; requesting it earlier logs an error to the console. */
function vibrate(pattern: number | number[]): void {
  if (globalThis.navigator?.userActivation?.hasBeenActive)
    navigator.vibrate?.(pattern);
}
