// Sounds, made here: a soft chime that rings, and the tone a caller hears while it rings at the other end.

type Pattern = { notes: { at: number; frequency: number; length: number }[]; everyMs: number; volume: number };

const patterns = {
  ring: {
    notes: [[0, 659], [0.18, 784], [0.36, 988], [0.9, 659], [1.08, 784], [1.26, 988]]
      .map(([at, frequency]) => ({ at: at!, frequency: frequency!, length: 0.5 })),
    everyMs: 3_000,
    volume: 0.16,
  },
  ringback: { notes: [{ at: 0, frequency: 425, length: 1 }], everyMs: 4_000, volume: 0.04 },
} satisfies Record<string, Pattern>;

export class Ringtone {
  private context: AudioContext | undefined;
  private timer: ReturnType<typeof setInterval> | undefined;
  private playing: keyof typeof patterns | undefined;

  constructor() {
    // Browsers let a page make sounds only once somebody has touched it.
    const unlock = () => {
      this.context ??= new AudioContext();
      void this.context.resume();
    };
    for (const name of ['pointerdown', 'keydown'])
      addEventListener(name, unlock, { capture: true, passive: true });
  }

  /** Plays one of the sounds until told otherwise; undefined is silence. */
  play(what: keyof typeof patterns | undefined): void {
    if (this.playing === what)
      return;
    this.playing = what;
    clearInterval(this.timer);
    navigator.vibrate?.(0);
    if (!what)
      return;
    const pattern = patterns[what];
    const round = () => {
      this.sound(pattern);
      if (what === 'ring' && navigator.userActivation?.hasBeenActive)
        navigator.vibrate?.([300, 150, 300]);
    };
    round();
    this.timer = setInterval(round, pattern.everyMs);
  }

  private sound(pattern: Pattern): void {
    const context = this.context;
    if (context?.state !== 'running')
      return;
    for (const { at, frequency, length } of pattern.notes) {
      const start = context.currentTime + at;
      const oscillator = new OscillatorNode(context, { type: 'sine', frequency });
      const gain = new GainNode(context, { gain: 0 });
      gain.gain.setValueAtTime(0, start);
      gain.gain.linearRampToValueAtTime(pattern.volume, start + 0.02);
      gain.gain.setValueAtTime(pattern.volume, start + length * 0.4);
      gain.gain.exponentialRampToValueAtTime(0.0001, start + length);
      oscillator.connect(gain).connect(context.destination);
      oscillator.start(start);
      oscillator.stop(start + length);
    }
  }
}
