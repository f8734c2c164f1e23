// A typed event emitter, small enough not to be a dependency.

import type { Logger } from './environment.js';

/** Receives an event's value. */
export type Listener<T> = (value: T) => void;

/** A source of typed events. */
export class Emitter<Events extends object> {
  private readonly listeners = new Map<keyof Events, Set<Listener<never>>>();

  /** Creates an emitter that logs its listeners' exceptions to `log`. */
  constructor(private readonly log: Pick<Logger, 'error'>) {}

  /** Adds a listener. Returns a function that removes it. */
  on<K extends keyof Events>(name: K, listener: Listener<Events[K]>): () => void {
    const set = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, set);
    set.add(listener as Listener<never>);
    return () => void set.delete(listener as Listener<never>);
  }

  /** Calls all listeners. Exceptions are logged, since a listener's must not prevent a call's setup. */
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
