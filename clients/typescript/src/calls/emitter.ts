// A typed event emitter, small enough not to be a dependency.

import type { Logger } from './environment.js';

/** Takes an event's value. */
export type Listener<T> = (value: T) => void;

/** Something with typed events. */
export class Emitter<Events extends object> {
  private readonly listeners = new Map<keyof Events, Set<Listener<never>>>();

  /** An emitter whose listeners' exceptions go to `log`. */
  constructor(private readonly log: Pick<Logger, 'error'>) {}

  /** Listens to an event. Returns how to stop. */
  on<K extends keyof Events>(name: K, listener: Listener<Events[K]>): () => void {
    const set = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, set);
    set.add(listener as Listener<never>);
    return () => void set.delete(listener as Listener<never>);
  }

  /** Calls all listeners; an exception of one is logged, because it must not stop a call from being set up. */
  protected emit<K extends keyof Events>(name: K, value: Events[K]): void {
    for (const listener of [...this.listeners.get(name) ?? []]) {
      try {
        (listener as Listener<Events[K]>)(value);
      } catch (error) {
        this.log.error(`A listener of "${String(name)}" threw.`, error);
      }
    }
  }
}
