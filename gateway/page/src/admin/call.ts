// One call: its state, or how and why it ended, as a sequence diagram and as a list.

import { h } from '../page/dom';
import { api } from './api';
import type { Entry, Timeline } from './api';
import { drawSequence } from './diagram';
import { ask, failure, pill, say, section, table, userLink } from './parts';
import { Refresh } from './refresh';
import { sequence } from './sequence';
import { clock, entryWords, exact, span, words } from './words';

/** The refresh interval of a live call. */
const everyMs = 2000;

export class CallView {
  readonly element: HTMLElement;
  private readonly body = h('div', { class: 'op-stack' }, h('p', { class: 'muted' }, words.loading));
  private readonly buttons = h('div', { class: 'op-buttons' });
  private shown = '';
  private readonly refresh: Refresh;

  constructor(
    private readonly callId: string,
    ended: () => void,
  ) {
    this.refresh = new Refresh(everyMs, () => this.load(), error => this.failed(error), ended);
    this.element = h(
      'div',
      { class: 'op-view' },
      h('div', { class: 'op-head' }, h('h2', {}, `${words.call} `, h('span', { class: 'op-id' }, callId)), this.buttons),
      this.body,
    );
  }

  start(): void {
    void this.refresh.now();
  }

  stop(): void {
    this.refresh.stop();
  }

  private async load(): Promise<boolean> {
    const timeline = await api.timeline(this.callId);
    const live = timeline.call.state !== 'ended';
    if (this.shown !== (this.shown = JSON.stringify(timeline))) this.show(timeline, live);
    return live;
  }

  private failed(error: unknown): boolean {
    this.shown = '';
    this.body.replaceChildren(failure(error, () => void this.refresh.now()));
    return false;
  }

  private show(timeline: Timeline, live: boolean): void {
    const { call, items } = timeline;
    this.buttons.replaceChildren(
      ...(live
        ? [
            h(
              'button',
              { type: 'button', class: 'op-danger small', 'data-testid': 'end-call', onclick: () => this.end() },
              words.endCall,
            ),
          ]
        : []),
    );
    const drawn = sequence(
      items,
      call.legs.map(leg => leg.userId),
    );
    const turn = timeline.turnNames ?? [];
    this.body.replaceChildren(
      summary(timeline),
      ...whys(timeline),
      h(
        'section',
        { class: 'op-card' },
        h('h3', {}, words.diagram),
        h('div', { class: 'op-scroll', tabindex: '0', role: 'group', 'aria-label': words.diagramHint }, drawSequence(drawn)),
      ),
      section(
        words.list,
        table(
          words.list,
          [words.at, words.event, words.party, words.detail],
          items.map(entry => [
            h('time', { datetime: entry.at, class: 'op-id' }, exact(entry.at)),
            entryWords({ at: entry.at, what: entry.what }),
            party(entry),
            detail(entry),
          ]),
          'timeline',
        ),
      ),
      ...(turn.length === 0
        ? []
        : [
            section(
              words.turnNames,
              table(
                words.turnNames,
                [words.userId, words.turnNames],
                turn.map(one => [userLink(one.userId), h('span', { class: 'op-id' }, one.name)]),
              ),
            ),
          ]),
    );
  }

  private end(): void {
    ask(
      words.endCall,
      [h('p', {}, words.endCallAsk)],
      h('button', { class: 'op-danger', 'data-testid': 'confirm' }, words.endCall),
      async () => {
        await api.endCall(this.callId);
        say(words.callEnded);
        await this.refresh.now();
      },
    );
  }
}

function summary({ call }: Timeline): HTMLElement {
  const callees = call.legs.flatMap((leg, i) => [i === 0 ? '' : ', ', userLink(leg.userId, leg.name), ' ', pill(leg.state)]);
  const talked =
    call.answeredAt === undefined || call.endedAt === undefined
      ? undefined
      : Date.parse(call.endedAt) - Date.parse(call.answeredAt);
  const facts: [string, Node | string | undefined][] = [
    [words.state, h('span', {}, pill(call.state), ' ', call.endReason === undefined ? '' : pill(call.endReason))],
    [words.caller, userLink(call.caller.id, call.caller.name)],
    [words.callees, h('span', {}, ...callees)],
    [words.begun, clock(call.createdAt)],
    [words.took, talked === undefined ? undefined : span(talked)],
  ];
  return h(
    'dl',
    { class: 'op-facts op-card', 'data-testid': 'call-facts' },
    ...facts.filter(([, value]) => value !== undefined)
      .map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))),
  );
}

/** The service's own sentences: how the call ended, and each step that needs an action. */
function whys({ sentence, remedy, items }: Timeline): HTMLElement[] {
  const said = [{ sentence, remedy }, ...items.filter(entry => entry.remedy !== undefined)];
  const once = new Map(said.filter(one => one.sentence !== undefined).map(one => [one.sentence!, one.remedy]));
  if (once.size === 0) return [];
  const lines = [...once].map(([why, what]) => h('li', {}, h('strong', {}, why), ' ', what ?? ''));
  return [h('ul', { class: 'op-why op-card', 'data-testid': 'why' }, ...lines)];
}

const party = ({ userId, deviceId }: Entry): Node | string =>
  userId === undefined
    ? ''
    : h('span', {}, userLink(userId), deviceId === undefined ? '' : h('span', { class: 'muted op-id' }, ` ${deviceId}`));

const detail = ({ detail: text, sentence }: Entry): Node | string =>
  h(
    'span',
    {},
    text?.replaceAll('_', ' ') ?? '',
    sentence === undefined ? '' : h('span', { class: 'muted' }, text === undefined ? sentence : ` – ${sentence}`),
  );
