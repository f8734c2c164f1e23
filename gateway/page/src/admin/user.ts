// One user: devices, tokens, settings, missed and past calls, and an operator's actions.

import { h } from '../page/dom';
import { ApiError, api } from './api';
import type { CallRow, User } from './api';
import { callLink, failure, field, pill, section, table, userLink } from './parts';
import { callTable } from './search';
import { testRing } from './testring';
import { erase, notify } from './useractions';
import { age, clock, plain, words } from './words';

const pastCalls = 20;

/** Prompts for a user's id. */
export function userForm(value = ''): HTMLElement {
  const input = h('input', {
    value,
    required: true,
    maxlength: 128,
    autocomplete: 'off',
    autocapitalize: 'none',
    spellcheck: 'false',
    'data-testid': 'user-id',
  });
  return h(
    'form',
    {
      class: 'op-filter',
      role: 'search',
      onsubmit: (event: Event) => {
        event.preventDefault();
        location.hash = `#/users/${encodeURIComponent(input.value.trim())}`;
      },
    },
    field(words.userId, 'user-id', input),
    h('div', { class: 'op-buttons' }, h('button', { class: 'primary', 'data-testid': 'user-open' }, words.openUser)),
  );
}

export class UserView {
  readonly element: HTMLElement;
  private readonly body = h('div', { class: 'op-stack' }, h('p', { class: 'muted' }, words.loading));
  private loads = 0;

  constructor(
    private readonly userId: string,
    private readonly ended: () => void,
  ) {
    this.element = h(
      'div',
      { class: 'op-view' },
      h('div', { class: 'op-head' }, h('h2', {}, userId)),
      userForm(userId),
      this.body,
    );
  }

  start(): void {
    void this.load();
  }

  stop(): void {
    this.loads++;
  }

  private async load(): Promise<void> {
    const mine = ++this.loads;
    try {
      const [user, past] = await Promise.all([
        api.user(this.userId),
        api.calls({ userId: this.userId, limit: pastCalls }).catch((error: unknown) => error),
      ]);
      if (mine === this.loads) this.show(user, past);
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) this.ended();
      else if (mine === this.loads) this.body.replaceChildren(failure(error, () => void this.load()));
    }
  }

  /** History may be unavailable while everything else is shown. */
  private show(user: User, past: { calls: CallRow[] } | unknown): void {
    const devices = section(
      words.devices,
      table(
        words.devices,
        [words.device, words.platform, words.connected, words.gateway, words.actions],
        user.connections.map(one => [
          h('span', { class: 'op-id' }, one.deviceId),
          one.platform ?? '–',
          h('span', { title: clock(one.connectedAt) }, age(one.connectedAt)),
          h('span', { class: 'op-id', title: one.gatewayId }, one.gatewayId.slice(-8)),
          this.ringButton(one.deviceId),
        ]),
        'connections',
        words.noDevices,
      ),
    );
    const tokens = section(
      words.pushTokens,
      table(
        words.pushTokens,
        [words.device, words.provider, words.since, words.actions],
        user.pushDevices.map(one => [
          h('span', { class: 'op-id' }, one.deviceId),
          plain(one.provider),
          clock(one.setAt),
          this.ringButton(one.deviceId),
        ]),
        'push-tokens',
        words.noPush,
      ),
    );
    const missed = section(
      words.missed,
      user.missedCount > user.missed.length ? h('p', { class: 'muted op-small' }, words.missedMore(user.missedCount)) : null,
      table(
        words.missed,
        [words.at, words.caller, words.type, words.call],
        user.missed.map(one => [clock(one.at), userLink(one.callerId, one.callerName), plain(one.media), callLink(one.callId)]),
        'missed',
      ),
    );
    const open =
      user.openCalls.length === 0
        ? []
        : [
            section(
              words.openCalls,
              table(
                words.openCalls,
                [words.begun, words.state, words.caller, words.call],
                user.openCalls.map(one => [
                  clock(one.createdAt),
                  pill(one.leg ?? one.state),
                  userLink(one.callerId),
                  callLink(one.callId),
                ]),
                'open-calls',
              ),
            ),
          ];
    this.body.replaceChildren(
      this.state(user),
      h('div', { class: 'op-grid' }, devices, tokens, section(words.settings, settings(user)), ...open, missed),
      section(
        words.past,
        past instanceof Error ? failure(past) : callTable((past as { calls: CallRow[] }).calls),
        h('p', {}, h('a', { href: `#/calls?userId=${encodeURIComponent(this.userId)}` }, words.allCalls)),
      ),
    );
  }

  private state(user: User): HTMLElement {
    const online = user.connections.length > 0;
    return h(
      'div',
      { class: 'op-card op-userline' },
      h(
        'p',
        { 'data-testid': 'user-state' },
        h('span', { class: `op-pill op-${online ? 'good' : 'plain'}` }, online ? words.online : words.offline),
        user.lastSeen === undefined ? '' : ` ${words.lastSeen(clock(user.lastSeen))}`,
      ),
      h(
        'div',
        { class: 'op-buttons' },
        h(
          'button',
          { type: 'button', class: 'soft small', 'data-testid': 'test-ring-all', onclick: () => testRing(this.userId) },
          words.testRingAll,
        ),
        h(
          'button',
          { type: 'button', class: 'soft small', 'data-testid': 'notify', onclick: () => notify(this.userId) },
          words.notify,
        ),
        h(
          'button',
          {
            type: 'button',
            class: 'op-danger small',
            'data-testid': 'erase',
            onclick: () => erase(this.userId, () => this.load()),
          },
          words.erase,
        ),
      ),
    );
  }

  private ringButton(deviceId: string): HTMLElement {
    return h(
      'button',
      {
        type: 'button',
        class: 'soft small',
        'aria-label': `${words.testRing}: ${deviceId}`,
        'data-testid': 'test-ring',
        onclick: () => testRing(this.userId, deviceId),
      },
      words.testRing,
    );
  }
}

function settings({ settings: now }: User): HTMLElement {
  const facts: [string, Node | string][] = [
    [
      words.dnd,
      now.doNotDisturb
        ? `${words.on}${now.doNotDisturbUntil ? `, ${words.dndUntil(clock(now.doNotDisturbUntil))}` : ''}`
        : words.off,
    ],
    [words.callWaiting, now.callWaiting ? words.on : words.off],
    [
      words.blocked,
      now.blocked.length === 0 ? '–' : h('span', {}, ...now.blocked.flatMap((id, i) => [i === 0 ? '' : ', ', userLink(id)])),
    ],
  ];
  return h(
    'dl',
    { class: 'op-facts', 'data-testid': 'user-settings' },
    ...facts.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))),
  );
}
