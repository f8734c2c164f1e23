// The people somebody has entered or talked to, kept in this browser; and who of them is there.

import { readJson, safeStorage } from '@orleanscalls/client';

const storage = safeStorage(() => localStorage);

export interface Contact {
  userId: string;
  name?: string;
  online?: boolean;
}

export class Contacts {
  private readonly kept = new Map<string, Contact>();
  private readonly seen = new Map<string, Contact>();
  private readonly key: string;

  constructor(private readonly me: string, private readonly changed: (membersChanged: boolean) => void) {
    this.key = `orleanscalls.contacts.${me}`;
    for (const contact of readJson<Contact[]>(storage, this.key) ?? [])
      this.kept.set(contact.userId, contact);
  }

  /** Everybody known: those who are there first, then by name. */
  get all(): Contact[] {
    const passing = [...this.seen.values()].filter(contact => !this.kept.has(contact.userId));
    return [...this.kept.values(), ...passing].sort((a, b) =>
      Number(b.online ?? false) - Number(a.online ?? false) || (a.name ?? a.userId).localeCompare(b.name ?? b.userId));
  }

  get keptIds(): string[] {
    return [...this.kept.keys()];
  }

  nameOf(userId: string): string {
    return this.kept.get(userId)?.name ?? this.seen.get(userId)?.name ?? userId;
  }

  /** The name of a party of a call; until it has answered the call itself only knows its id. */
  called({ userId, name }: { userId: string; name: string }): string {
    return name === userId ? this.nameOf(userId) : name;
  }

  add(userId: string, name?: string): void {
    if (userId === this.me)
      return;
    const known = this.kept.get(userId);
    if (known && (!name || known.name === name))
      return;
    const better = name && name !== userId ? { name } : {};
    this.kept.set(userId, { ...this.seen.get(userId), ...known, userId, ...better });
    this.save();
    this.changed(!known);
  }

  remove(userId: string): void {
    this.kept.delete(userId);
    this.save();
    this.changed(true);
  }

  isKept(userId: string): boolean {
    return this.kept.has(userId);
  }

  setOnline(userId: string, online: boolean): void {
    const contact = this.kept.get(userId);
    if (contact && contact.online !== online) {
      contact.online = online;
      this.changed(false);
    }
  }

  /** Everybody who is connected now, as far as the service tells. */
  setPassing(users: Contact[]): void {
    const before = JSON.stringify([...this.seen.values()]);
    this.seen.clear();
    for (const { userId, name, online } of users) {
      if (userId === this.me || !online)
        continue;
      this.seen.set(userId, { userId, online, ...(name ? { name } : {}) });
      const kept = this.kept.get(userId);
      if (kept && name && !kept.name)
        this.add(userId, name);
    }
    if (JSON.stringify([...this.seen.values()]) !== before)
      this.changed(false);
  }

  private save(): void {
    const items = [...this.kept.values()].map(({ userId, name }) => ({ userId, ...(name ? { name } : {}) }));
    storage.setItem(this.key, JSON.stringify(items));
  }
}
