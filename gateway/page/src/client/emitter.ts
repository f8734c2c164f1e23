// A typed event emitter, small enough not to be a dependency.

export type Listener<T> = (value: T) => void;

export class Emitter<Events extends object> {
  private readonly listeners = new Map<keyof Events, Set<Listener<never>>>();

  /** Listens; the result stops listening. */
  on<K extends keyof Events>(name: K, listener: Listener<Events[K]>): () => void {
    const set = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, set);
    set.add(listener as Listener<never>);
    return () => void set.delete(listener as Listener<never>);
  }

  protected emit<K extends keyof Events>(name: K, value: Events[K]): void {
    for (const listener of [...this.listeners.get(name) ?? []]) {
      try {
        (listener as Listener<Events[K]>)(value);
      } catch (error) {
        // A listener's mistake must not stop a call from being set up.
        console.error(error);
      }
    }
  }
}
