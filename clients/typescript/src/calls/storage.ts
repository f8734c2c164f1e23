// Storage that never throws: browsers block it in private windows, by policy, and when it is full.

/** The part of the web's `Storage` interface that the client uses. */
export interface KeyValueStorage {
  /** Returns the value, or null. */
  getItem(key: string): string | null;
  /** Stores a value. */
  setItem(key: string, value: string): void;
  /** Removes a value. */
  removeItem(key: string): void;
}

/**
 * A storage that never throws. Values that the underlying storage rejects are kept in memory until the page is left. `open` is
 * called at each use, because reading `window.localStorage` throws where storage is blocked.
 */
export function safeStorage(open: () => KeyValueStorage | undefined): KeyValueStorage {
  const memory = new Map<string, string>();
  const attempt = <T>(act: (storage: KeyValueStorage) => T): T | undefined => {
    try {
      const storage = open();
      return storage ? act(storage) : undefined;
    } catch {
      return undefined;
    }
  };
  return {
    getItem: key => memory.get(key) ?? attempt(storage => storage.getItem(key)) ?? null,
    setItem: (key, value) => {
      if (attempt(storage => (storage.setItem(key, value), storage.getItem(key) === value)))
        memory.delete(key);
      else
        memory.set(key, value);
    },
    removeItem: key => {
      memory.delete(key);
      attempt(storage => storage.removeItem(key));
    },
  };
}

/** A value stored as JSON; `undefined` when it is missing or malformed. */
export function readJson<T>(storage: KeyValueStorage, key: string): T | undefined {
  try {
    return JSON.parse(storage.getItem(key) ?? 'null') as T | null ?? undefined;
  } catch {
    return undefined;
  }
}

const deviceKey = 'orleanscalls.device';

/**
 * The id of this installation: created once, and stored in `storage`. Two tabs of one browser share it, and displace each
 * other.
 */
export function installationId(storage: KeyValueStorage, newId: () => string): string {
  const known = storage.getItem(deviceKey);
  if (known && /^[\w.:-]{1,64}$/.test(known))
    return known;
  const made = `device-${newId()}`;
  storage.setItem(deviceKey, made);
  return made;
}
