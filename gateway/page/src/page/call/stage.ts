// The pictures of a call, and their places.

import type { DeviceChoices, Session } from '@orleanscalls/client';
import { h } from '../dom';
import { Tile } from '../tile';
import { arrange } from './arrange';
import type { SeatKind, Wish } from './arrange';
import { Speakers } from './speaker';

const ticksMs = 250;

export interface Party {
  userId: string;
  name: string;
}

export class Stage {
  readonly element = h('div', { class: 'stage' });
  private readonly tiles = new Map<string, Tile>();
  private readonly watcher = new ResizeObserver(() => this.arrange());
  private speakers = new Speakers();
  private session: Session | undefined;
  private pinned: string | undefined;
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly me: string,
    private readonly choices: DeviceChoices,
    private readonly hooks: { blocked(): void; speaking(userIds: string[]): void; mode(): Wish['mode'] },
  ) {}

  /** The number of pictures. */
  get count(): number {
    return this.tiles.size;
  }

  /** The large picture's video, for a browser that can move nothing else out of the page. */
  get mainVideo(): HTMLVideoElement | null {
    return this.element.querySelector<HTMLVideoElement>('.tile.is-main.has-picture video');
  }

  show(session: Session | undefined, others: Party[]): void {
    if (session !== this.session)
      this.begin(session);
    if (!session)
      return;
    const isGroup = others.length > 1;
    const { stream, cameraOn, muted } = session.media;
    const wanted = new Set<string>();
    const tile = (id: string, userId: string, kind: SeatKind) => {
      wanted.add(id);
      return this.tiles.get(id)
        ?? this.add(
          new Tile(
            id, userId, kind, userId === this.me, { ...this.hooks, resized: () => this.arrange(), pin: one => this.pin(one) }));
    };
    const sharer = session.media.screenOf ?? (session.media.screen ? this.me : undefined);
    const screen = session.media.screenOf === undefined
      ? session.media.screen
      : session.media.peer(session.media.screenOf)?.media.remoteScreen;
    if (sharer !== undefined && screen)
      tile(`screen:${sharer}`, sharer, 'screen').showScreen(others.find(other => other.userId === sharer)?.name, screen);
    for (const { userId, name } of others)
      tile(userId, userId, 'person').show(name, session.call, session.media.peer(userId), userId, isGroup);
    // In a call of two the own tile is hidden while it has no picture.
    if (cameraOn || isGroup)
      tile(this.me, this.me, 'own').showOwn(stream, cameraOn, muted);
    for (const [id, one] of this.tiles)
      if (!wanted.has(id))
        this.remove(id, one);
    this.element.classList.toggle('is-group', isGroup);
    this.arrange();
  }

  /** Enlarges the picture of a seat, or undoes that. */
  pin(id: string | undefined): void {
    this.pinned = this.pinned === id ? undefined : id;
    this.arrange();
  }

  /** Retries, after an interaction, what the browser refused before it. */
  play(): void {
    for (const tile of this.tiles.values())
      tile.play();
  }

  /** Another speaker was chosen. */
  useSpeaker(): void {
    for (const tile of this.tiles.values())
      tile.useSpeaker(this.choices);
  }

  arrange(): void {
    const session = this.session;
    if (!session)
      return;
    const { clientWidth: width, clientHeight: height } = this.element;
    const seats = [...this.tiles.values()].map(tile => tile.seat);
    const isShown = seats.some(seat => seat.kind === 'screen');
    const main = this.pinned ?? (isShown ? undefined : this.speakers.main);
    const previewing = session.media.cameraOn && session.talkingMs === undefined && !session.isIncoming && seats.length === 2;
    const mode = this.pinned !== undefined || isShown ? 'speaker' : this.hooks.mode();
    const boxes = arrange(seats, { width, height }, { mode, main, previewing });
    const largest = [...boxes].sort(([, a], [, b]) => b.width * b.height - a.width * a.height)[0]?.[0];
    for (const [id, tile] of this.tiles) {
      tile.place(boxes.get(id), id === this.pinned, seats.length > 2);
      tile.element.classList.toggle('is-main', id === largest);
      tile.element.classList.toggle('is-corner', seats.length === 2 && boxes.size === 2 && id === this.me);
    }
    this.element.classList.toggle('is-previewing', previewing);
  }

  private begin(session: Session | undefined): void {
    for (const [id, tile] of this.tiles)
      this.remove(id, tile);
    this.session = session;
    this.pinned = undefined;
    this.speakers = new Speakers();
    clearInterval(this.timer);
    this.watcher.disconnect();
    if (!session)
      return;
    this.watcher.observe(this.element);
    this.timer = setInterval(() => this.listen(session), ticksMs);
  }

  private add(tile: Tile): Tile {
    this.tiles.set(tile.id, tile);
    tile.useSpeaker(this.choices);
    this.element.append(tile.element);
    return tile;
  }

  private remove(id: string, tile: Tile): void {
    tile.source(undefined);
    tile.element.remove();
    this.tiles.delete(id);
  }

  private listen(session: Session): void {
    const others = [...this.tiles.values()].map(tile => tile.seat).filter(seat => seat.kind === 'person');
    const before = this.speakers.main;
    this.speakers.hear(new Map(others.map(({ id }) => [id, session.media.peer(id)?.audioLevel ?? 0])), performance.now());
    for (const { id } of others)
      this.tiles.get(id)!.speaks(this.speakers.isSpeaking(id));
    this.hooks.speaking(others.filter(({ id }) => this.speakers.isSpeaking(id)).map(({ id }) => id));
    if (this.speakers.main !== before)
      this.arrange();
  }
}
