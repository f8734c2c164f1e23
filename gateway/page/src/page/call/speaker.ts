// Who speaks, from how loud everybody is. Pure, so that it can be tested without a browser.

/** Quieter is noise. */
const threshold = 0.02;
/** Whoever has spoken stays marked through the pauses between words. */
const holdsMs = 700;
/** The large picture changes only for somebody who goes on speaking. */
const takesOverMs = 1_500;

interface Voice {
  /** When this voice began and was last heard; it is over when it was not heard for a moment. */
  since: number;
  heard: number;
}

/** Follows voices; ask it at each tick. */
export class Speakers {
  private readonly voices = new Map<string, Voice>();
  private first: string | undefined;

  /** Takes the levels (0 to 1) of everybody who is there, at a time in milliseconds. */
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

  /** Whether this one is speaking now. */
  isSpeaking(id: string): boolean {
    return this.voices.has(id);
  }

  /** Who speaks, or spoke last. */
  get main(): string | undefined {
    return this.first;
  }
}
