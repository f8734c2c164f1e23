// The page of a signed-in user: the client, and the layout of its state.

import { CallClient } from '@orleanscalls/client';
import type { ConnectionState, Media, Session, SessionEnd, TokenProvider } from '@orleanscalls/client';
import type { Ringer } from '@orleanscalls/client/browser';
import { Alerts } from './alerts';
import { Attempts } from './attempts';
import { Announcer } from './call/announcer';
import { CallScreen } from './callscreen';
import { Contacts } from './contacts';
import { DeviceDialog, storage } from './devicedialog';
import { avatar, h, iconButton } from './dom';
import { Elsewhere } from './elsewhere';
import { Frame } from './frame';
import { HeldCalls } from './heldcalls';
import { History } from './history';
import { forget } from './identity';
import type { Identity } from './identity';
import { Incoming } from './incoming';
import { InviteDialog } from './invite';
import { Keys } from './keys';
import { Lacks } from './lacks';
import { Link } from './link';
import { Notices } from './notices';
import { followOnline } from './online';
import { People } from './people';
import { Push } from './push';
import { Rate } from './rate';
import { SettingsSheet } from './settings';
import { watchNetwork } from './shell';
import { shortcuts } from './shortcuts';
import { deviceWords, endWords, present, ringer as ringerOf } from './words';
import { t, tidy, together } from './words/table';

declare global {
  interface Window {
    /** For tests and debugging. */
    __calls?: CallClient;
  }
}

const historyAfterMs = [300, 2_000];

export class App {
  readonly element: HTMLElement;
  private readonly client: CallClient;
  private readonly contacts: Contacts;
  private readonly notices = new Notices();
  private readonly attempts: Attempts;
  private readonly alerts: Alerts;
  private readonly lacks = new Lacks();
  private readonly devices: DeviceDialog;
  private readonly heldCalls: HeldCalls;
  private readonly rate: Rate;
  private readonly people: People;
  private readonly history: History;
  private readonly incoming: Incoming;
  private readonly screen: CallScreen;
  private readonly settings: SettingsSheet;
  private readonly push: Push;
  private readonly invite: InviteDialog;
  private readonly keys: Keys;
  private readonly announcer = new Announcer();
  private readonly frame: Frame;
  private readonly elsewhere: Elsewhere;
  private readonly link: Link;

  /** @param answering The call that a click on a notification has answered, as soon as it rings here. */
  constructor(private readonly identity: Identity, token: TokenProvider, ringer: Ringer, private answering?: string) {
    this.client = window.__calls = new CallClient({ ...identity, token, environment: { storage } });
    this.contacts = new Contacts(identity.userId, membersChanged => {
      this.people.render();
      if (membersChanged)
        this.attempts.run(this.client.watchPresence(this.contacts.keptIds));
    });
    const attempts = this.attempts = new Attempts(this.client, this.notices);
    const { failed } = attempts;
    const call = (userIds: string[], media: Media) => void this.call(userIds, media);
    this.people = new People(this.contacts, { call });
    this.history = new History(this.client, this.contacts, { call, failed, missed: count => this.frame.setMissed(count) });
    this.alerts = new Alerts(ringer);
    this.devices = new DeviceDialog(ringer, { failed, speaker: () => this.screen.stage.useSpeaker() });
    this.heldCalls = new HeldCalls(
      session => this.attempts.run(this.client.resume(session)), session => this.attempts.run(session.end()));
    this.rate = new Rate(failed, text => this.notices.show(text));
    this.push = new Push(identity, this.client, token, {
      failed, open: (callId, answer, decline) => this.opened(callId, answer, decline),
      knows: callId => this.client.call(callId)?.place === 'incoming',
    });
    this.settings = new SettingsSheet(this.client, this.push, {
      failed, say: text => this.notices.show(text), signOut: () => void this.signOut(), showKeys: () => this.keys.sheet.open(),
      devices: () => void this.devices.open(this.live),
    });
    this.incoming = new Incoming({
      accept: (session, video) => void this.accept(session, video),
      hold: (session, video) => void this.holdAndAccept(session, video),
      decline: (session, words) => this.attempts.run(session.reject(words)),
      silence: session => this.attempts.run(session.silence()),
    });
    this.screen = new CallScreen(identity.userId, this.contacts, this.devices.choices, this.heldCalls.element, {
      hangUp: session => this.attempts.run(session.end()),
      mute: (session, muted) => session.media.setMuted(muted),
      camera: (session, on) => this.attempts.run(session.media.setCamera(on)),
      addPeople: session => this.invite.open(session),
      screen: (session, on) => this.attempts.run(on ? session.media.shareScreen() : Promise.resolve(session.media.stopScreen())),
      devices: session => void this.devices.open(session),
      moved: to => this.keys.listen(to),
      resize: () => this.screen.small(this.frame.resize()),
      failed,
    });
    this.invite = new InviteDialog(this.contacts, (session, userIds) => {
      for (const userId of userIds)
        this.contacts.add(userId);
      this.attempts.run(session.invite(userIds));
    });
    this.keys = new Keys(shortcuts(this.screen, this.incoming, () => {
      this.frame.view('people');
      this.people.focusSearch();
    }));
    this.link = new Link(() => this.client.connect(), () => this.frame.banners);
    this.elsewhere = new Elsewhere(this.contacts, session => this.attempts.run(this.client.move(session.callId)));
    const name = tidy(identity.name);
    this.frame = new Frame({
      me: h('div', { class: 'me', 'data-testid': 'me' }, avatar(identity.userId, name),
        h(
          'span', { class: 'row-text' }, h('bdi', { class: 'row-title' }, name),
          h('bdi', { class: 'row-detail muted' }, tidy(identity.userId)))),
      buttons: [
        iconButton('keyboard', t('keyboard'), {
          class: 'round quiet help', 'data-testid': 'help', 'aria-haspopup': 'dialog', onclick: () => this.keys.sheet.open(),
        }),
        this.settings.button],
      people: this.people.element,
      banners: [this.alerts.element, this.lacks.element],
      column: [this.elsewhere.element, this.rate.element, this.history.element, this.screen.element],
      rest: [this.notices.element, this.announcer.element, this.incoming.element, this.invite.element, this.link.displaced,
        this.settings.sheet.element,
        this.devices.sheet.element, this.keys.sheet.element],
      showSettings: () => this.settings.open(),
    });
    this.element = this.frame.element;
    watchNetwork(this.frame.banners);
    this.listen();
    this.client.connect();
    this.attempts.run(this.client.watchPresence(this.contacts.keptIds));
    void followOnline(this.client, this.contacts);
  }

  private get live(): Session | undefined {
    return this.client.current;
  }

  private listen(): void {
    const { client } = this;
    client.on('incoming', session => {
      const from = ringerOf(session.call);
      this.contacts.add(from.id, from.name);
      this.render();
      if (session.callId === this.answering)
        this.answer(session);
    });
    client.on('callChanged', () => this.render());
    client.on('ended', end => this.ended(end));
    client.on('presence', ({ userId, online, lastSeen }) => this.contacts.setOnline(userId, online, lastSeen));
    client.on('missed', count => this.history.setMissed(count));
    client.on('connectionState', state => this.connection(state));
    client.on('error', error => this.attempts.failed(error));
    client.on('device', change => this.notices.show(deviceWords(change)));
  }

  private async call(userIds: string[], media: Media): Promise<void> {
    if (this.live)
      return this.notices.show(t('inCallAlready'));
    this.notices.clear();
    for (const userId of userIds)
      this.contacts.add(userId);
    await this.attempts.attempt(this.client.startCall({ calleeIds: userIds, media }));
    this.render();
  }

  private async accept(session: Session, video: boolean): Promise<void> {
    this.notices.clear();
    await this.attempts.attempt(this.client.endAndAccept(session, { video }));
    this.render();
  }

  private async holdAndAccept(session: Session, video: boolean): Promise<void> {
    this.notices.clear();
    await this.attempts.attempt(this.client.holdAndAccept(session, { video }));
    this.render();
  }

  /** A notification was clicked; its call may not have arrived over the connection yet. */
  private opened(callId: string, answer: boolean, decline: boolean): void {
    const session = this.client.call(callId);
    if (decline && session?.place === 'incoming')
      this.attempts.run(session.reject());
    else if (answer && session?.place === 'incoming')
      this.answer(session);
    else if (answer)
      this.answering = callId;
  }

  private answer(session: Session): void {
    this.answering = undefined;
    void this.accept(session, session.call.media === 'video');
  }

  private ended({ session, reason, from, endedBy }: SessionEnd & { session: Session }): void {
    const me = this.identity.userId;
    const answered = session.call.answeredAt !== undefined;
    const others = present(session.call, session.others).map(other => this.contacts.called(other));
    const words = session.call.legs.find(leg => leg.state === 'declined' && leg.reason)?.reason;
    const said = words === undefined ? {} : { said: words };
    // A call on another device is not shown here, and a failed start reports its own error.
    if (from !== 'elsewhere' && !(from === 'starting' && reason === 'failed'))
      this.notices.show(
        endWords({
          reason, answered, incoming: session.isIncoming, byMe: endedBy === me, who: together(others),
          several: others.length > 1, ...said,
        }));
    for (const { userId, name } of session.others)
      this.contacts.add(userId, name);
    if (answered && from === 'here')
      this.rate.ask(session, together(others));
    this.render();
    // The history is written after the call, a moment after the event of its end.
    for (const afterMs of historyAfterMs)
      setTimeout(() => void this.history.load(), afterMs);
  }

  /** Renders everything that depends on calls. Cheap enough for every change. */
  private render(): void {
    const { live } = this;
    const ringing = this.client.calls.find(session => session.place === 'incoming');
    this.screen.show(live);
    // Parties that have accepted are known by name from then on.
    for (const { userId, name } of live?.others ?? [])
      if (name !== userId)
        this.contacts.add(userId, name);
    this.frame.inCall(live !== undefined);
    if (!live)
      this.screen.small(false);
    this.announcer.follow(
      live, live ? present(live.call, live.others).map(other => ({ ...other, name: this.contacts.called(other) })) : []);
    if (!live)
      this.invite.close();
    this.incoming.show(ringing, live !== undefined);
    this.elsewhere.show(live ? [] : this.client.calls.filter(session => session.place === 'elsewhere'));

    this.heldCalls.show(this.client.held, session => together(session.others.map(other => this.contacts.called(other))));
    this.alerts.update(ringing, live);
    if (live)
      this.rate.hide();
  }

  private connection(state: ConnectionState): void {
    this.element.dataset['connection'] = state;
    this.link.show(state);
    if (state === 'connected') {
      void this.history.load();
      void this.settings.load();
    }
    this.render();
  }

  private async signOut(): Promise<void> {
    if (this.live)
      await this.attempts.attempt(this.live.end());
    await this.attempts.attempt(this.push.turnOff());
    await this.client.disconnect();
    forget();
    location.reload();
  }
}
