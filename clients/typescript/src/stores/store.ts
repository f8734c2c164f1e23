// A value that can be subscribed to, in the shape that React, Vue and Svelte ask for.

/** Something to subscribe to. Snapshots are never changed, so a new one is another object. */
export interface Store<T> {
  /** The value now; the same object until it changes: React's `getSnapshot`. */
  getSnapshot(): T;
  /**
   * Calls `listener` with the value, now and at every change; returns how to stop. This is Svelte's store contract, and
   * React's `subscribe`.
   */
  subscribe(listener: (value: T) => void): () => void;
}

/** A store whose owner sets the value. */
export class ValueStore<T> implements Store<T> {
  private readonly listeners = new Set<(value: T) => void>();

  /** A store that begins with `value`; `isSame` says which values are no change. */
  constructor(private value: T, private readonly isSame: (a: T, b: T) => boolean = Object.is) {}

  /** @inheritDoc */
  readonly getSnapshot = (): T => this.value;

  /** @inheritDoc */
  readonly subscribe = (listener: (value: T) => void): (() => void) => {
    // The same function may be subscribed twice, and each subscription ends by itself.
    const own = (value: T) => listener(value);
    this.listeners.add(own);
    own(this.value);
    return () => void this.listeners.delete(own);
  };

  /** Sets the value, and calls the listeners if that is a change. */
  set(value: T): void {
    if (this.isSame(this.value, value))
      return;
    this.value = value;
    for (const listener of [...this.listeners])
      listener(value);
  }
}
