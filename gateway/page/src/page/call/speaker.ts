// Detects the speaker from everybody's loudness. Pure, so that it can be tested without a browser.

/** Quieter levels are noise. */
const threshold = 0.02;
/** A speaker stays marked through the pauses between words. */
const holdsMs = 700;
/** The large picture changes only to somebody who continues to speak. */
const takesOverMs = 1_500;

interface Voice {
  /** When this voice began and was last detected; it ends after a moment of silence. */
  since: number;
  heard: number;
}

/** Tracks voices; updated at each tick. */
export class Speakers {
  private readonly voices = new Map<string, Voice>();
  private first: string | undefined;

  /** Processes the levels (0 to 1) of all parties, at a time in milliseconds. */
  hear(levels: ReadonlyMap<string, number>, now: number): void {
    for (const [id, level] of levels) {
      const voice = this.voices.get(id);
      if (level < threshold) {
        if (voice && now - voice.heard > holdsMs)
          this.voices.delete(id);
      } else if (voice) {
        voice.heard = now;
      } else {
        this.voices.set(id, { since: now, heard: now });
      }
    }
    for (const id of this.voices.keys())
      if (!levels.has(id))
        this.voices.delete(id);
    if (this.first !== undefined && !levels.has(this.first))
      this.first = undefined;
    if (this.first !== undefined && this.voices.has(this.first))
      return;
    const next = [...this.voices].filter(([, voice]) => this.first === undefined || voice.heard - voice.since >= takesOverMs)
      .sort(([, a], [, b]) => a.since - b.since)[0];
    this.first = next?.[0] ?? this.first;
  }

  /** Whether this party is speaking now. */
  isSpeaking(id: string): boolean {
    return this.voices.has(id);
  }

  /** The current speaker, or the last one. */
  get main(): string | undefined {
    return this.first;
  }
}
