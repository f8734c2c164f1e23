// Storage that never throws: browsers block it in private windows, by policy, and when it is full.

/** The part of the web's `Storage` that the client uses. */
export interface KeyValueStorage {
  /** The value, or null. */
  getItem(key: string): string | null;
  /** Keeps a value. */
  setItem(key: string, value: string): void;
  /** Forgets a value. */
  removeItem(key: string): void;
}

/**
 * A storage that never throws. What the real one does not take is kept in memory, so it is there until the page is left.
 * `open` is called at each use, because reading `window.localStorage` is what throws where storage is blocked.
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

/** A value that was kept as JSON; `undefined` when there is none, or what is kept cannot be read. */
export function readJson<T>(storage: KeyValueStorage, key: string): T | undefined {
  try {
    return JSON.parse(storage.getItem(key) ?? 'null') as T | null ?? undefined;
  } catch {
    return undefined;
  }
}

const deviceKey = 'orleanscalls.device';

/** The id of this installation: made once, and kept in `storage`. Two tabs of one browser share it, and displace each other. */
export function installationId(storage: KeyValueStorage, newId: () => string): string {
  const known = storage.getItem(deviceKey);
  if (known && /^[\w.:-]{1,64}$/.test(known))
    return known;
  const made = `device-${newId()}`;
  storage.setItem(deviceKey, made);
  return made;
}
