// An observable value, in the shape that React, Vue and Svelte expect.

/** A subscribable value. Snapshots are immutable: a changed value is a new object. */
export interface Store<T> {
  /** The current value; the same object until it changes: React's `getSnapshot`. */
  getSnapshot(): T;
  /**
   * Calls `listener` with the value, now and at every change; returns a function that stops it. This is Svelte's store
   * contract, and React's `subscribe`.
   */
  subscribe(listener: (value: T) => void): () => void;
}

/** A store whose owner sets the value. */
export class ValueStore<T> implements Store<T> {
  private readonly listeners = new Set<(value: T) => void>();

  /** Creates a store with an initial `value`; `isSame` compares values to detect changes. */
  constructor(private value: T, private readonly isSame: (a: T, b: T) => boolean = Object.is) {}

  /** @inheritDoc */
  readonly getSnapshot = (): T => this.value;

  /** @inheritDoc */
  readonly subscribe = (listener: (value: T) => void): (() => void) => {
    // The same function may be subscribed twice, with independent subscriptions.
    const own = (value: T) => listener(value);
    this.listeners.add(own);
    own(this.value);
    return () => void this.listeners.delete(own);
  };

  /** Sets the value, and calls the listeners if it has changed. */
  set(value: T): void {
    if (this.isSame(this.value, value))
      return;
    this.value = value;
    for (const listener of [...this.listeners])
      listener(value);
  }
}
