// The people whom the user has entered or talked to, stored in this browser; and their presence.

import { readJson, safeStorage } from '@orleanscalls/client';
import { tidy } from './words/table';

const storage = safeStorage(() => localStorage);

export interface Contact {
  userId: string;
  name?: string;
  online?: boolean;
  /** When a user was last online. */
  lastSeen?: string | undefined;
  favourite?: boolean;
}

export class Contacts {
  private readonly kept = new Map<string, Contact>();
  private readonly seen = new Map<string, Contact>();
  private readonly key: string;

  constructor(readonly me: string, private readonly changed: (membersChanged: boolean) => void) {
    this.key = `orleanscalls.contacts.${me}`;
    for (const contact of readJson<Contact[]>(storage, this.key) ?? [])
      this.kept.set(contact.userId, contact);
  }

  /** All contacts: favourites first, then those online, then by name. */
  get all(): Contact[] {
    const passing = [...this.seen.values()].filter(contact => !this.kept.has(contact.userId));
    return [...this.kept.values(), ...passing].sort((a, b) =>
      Number(b.favourite ?? false) - Number(a.favourite ?? false) || Number(b.online ?? false) - Number(a.online ?? false)
        || (a.name ?? a.userId).localeCompare(b.name ?? b.userId));
  }

  /** The contacts whose name or id contains the text. */
  find(words: string): Contact[] {
    const plain = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLocaleLowerCase();
    const wanted = plain(words).split(/\s+/).filter(Boolean);
    return this.all.filter(({ userId, name }) => wanted.every(word => plain(`${name ?? ''} ${userId}`).includes(word)));
  }

  get keptIds(): string[] {
    return [...this.kept.keys()];
  }

  nameOf(userId: string): string {
    return tidy(this.kept.get(userId)?.name ?? this.seen.get(userId)?.name ?? userId);
  }

  /** The name of a call's party; until it has accepted, the call itself may only have its id. */
  called({ userId, name }: { userId: string; name: string }): string {
    return name === userId ? this.nameOf(userId) : tidy(name);
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

  setFavourite(userId: string, favourite: boolean): void {
    this.add(userId);
    this.kept.get(userId)!.favourite = favourite;
    this.save();
    this.changed(false);
  }

  isKept(userId: string): boolean {
    return this.kept.has(userId);
  }

  setOnline(userId: string, online: boolean, lastSeen?: string): void {
    const contact = this.kept.get(userId);
    if (contact && (contact.online !== online || contact.lastSeen !== lastSeen)) {
      contact.online = online;
      contact.lastSeen = lastSeen;
      this.changed(false);
    }
  }

  /** All connected users, where the service reports them. */
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
    const items = [...this.kept.values()].map(({ userId, name, favourite }) =>
      ({ userId, ...(name ? { name } : {}), ...(favourite ? { favourite } : {}) }));
    storage.setItem(this.key, JSON.stringify(items));
  }
}
