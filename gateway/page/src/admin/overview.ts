// The current state of the whole service, refreshed every few seconds while visible.

import { h, setText } from '../page/dom';
import { api } from './api';
import type { Overview } from './api';
import { failure, pill, section, table } from './parts';
import { Refresh } from './refresh';
import { s } from './svg';
import { age, clock, plain, words } from './words';

const everyMs = 3000;
const trendLength = 80;

const number = (value: number) => value.toLocaleString('en-GB');

export class OverviewView {
  readonly element: HTMLElement;
  private readonly beat = h('p', { class: 'op-beat', 'data-testid': 'beat' });
  private readonly figures = h('div', { class: 'op-figures' });
  private readonly rest = h('div', { class: 'op-grid' });
  private readonly problem = h('div');
  private readonly trend: number[] = [];
  private shown = '';
  private heardAt = Date.now();
  private readonly refresh: Refresh;

  constructor(ended: () => void) {
    this.refresh = new Refresh(everyMs, () => this.load(), error => this.failed(error), ended);
    this.element = h(
      'div',
      { class: 'op-view' },
      h('div', { class: 'op-head' }, h('h2', {}, words.now), this.beat),
      this.problem,
      this.figures,
      this.rest,
    );
  }

  start(): void {
    void this.refresh.now();
  }

  stop(): void {
    this.refresh.stop();
  }

  private async load(): Promise<boolean> {
    if (!document.hidden) this.show(await api.overview());
    return true;
  }

  private failed(error: unknown): boolean {
    this.problem.replaceChildren(failure(error));
    setText(this.beat, words.stale(Math.round((Date.now() - this.heardAt) / 1000)));
    this.beat.dataset['state'] = 'stale';
    return true;
  }

  private show(view: Overview): void {
    this.heardAt = Date.now();
    this.problem.replaceChildren();
    setText(this.beat, `${words.live} · ${clock(view.at)}`);
    this.beat.dataset['state'] = 'live';
    const open = Object.values(view.openCalls).reduce((sum, one) => sum + one, 0);
    this.trend.push(open);
    this.trend.splice(0, this.trend.length - trendLength);
    const waiting = Object.values(view.queues).reduce((sum, one) => sum + one, 0);
    this.figures.replaceChildren(
      figure(
        words.openCalls,
        open,
        'open',
        h(
          'p',
          { class: 'op-parts' },
          ...Object.entries(view.openCalls).map(([state, count]) =>
            h('span', { 'data-state': state }, `${number(count)} ${plain(state)}`),
          ),
        ),
        spark(this.trend),
      ),
      figure(words.usersNow, view.users, 'users'),
      figure(words.devicesNow, view.devices, 'devices'),
      figure(
        words.waiting,
        waiting,
        'waiting',
        h(
          'p',
          { class: 'op-parts' },
          ...Object.entries(view.queues).map(([queue, count]) => h('span', {}, `${number(count)} ${plain(queue)}`)),
        ),
      ),
    );
    // Unchanged tables are not replaced, which keeps the reader's position and selection.
    const { at: _, openCalls: __, ...slow } = view;
    const text = JSON.stringify(slow) + Math.floor(Date.now() / 60_000);
    if (text !== this.shown) this.rest.replaceChildren(...tables(view));
    this.shown = text;
  }
}

function figure(title: string, value: number, id: string, ...extra: Node[]): HTMLElement {
  return h(
    'div',
    { class: 'op-figure', 'data-testid': `figure-${id}` },
    h('h3', {}, title),
    h('p', { class: 'op-value' }, number(value)),
    ...extra,
  );
}

/** The last minutes of one figure, without a scale. */
function spark(values: number[]): SVGSVGElement {
  const [width, height] = [160, 34];
  const most = Math.max(1, ...values);
  const points = values.map(
    (value, i) =>
      `${(((trendLength - values.length + i) / (trendLength - 1)) * width).toFixed(1)},${(height - 2 - (value / most) * (height - 4)).toFixed(1)}`,
  );
  return s(
    'svg',
    { class: 'op-spark', viewBox: `0 0 ${width} ${height}`, 'aria-hidden': 'true', preserveAspectRatio: 'none' },
    s('polyline', { points: points.join(' ') }),
  );
}

function tables(view: Overview): HTMLElement[] {
  const ended = Object.entries(view.callsEnded).sort(([, a], [, b]) => b - a);
  return [
    section(
      words.gateways,
      table(
        words.gateways,
        [words.gateway, words.version, words.since, words.users, words.devices, words.queued],
        view.gateways.map(one => [
          h('span', { class: 'op-id', title: one.gatewayId }, one.gatewayId.slice(-8)),
          one.version,
          since(one.startedAt),
          number(one.users),
          number(one.devices),
          number(one.queued),
        ]),
        'gateways',
      ),
    ),
    section(
      words.silos,
      table(
        words.silos,
        [words.silo, words.status, words.version, words.since, words.calls, words.queued],
        view.silos.map(one => [
          h('span', { class: 'op-id', title: one.name }, one.address),
          pill(one.status),
          one.version ?? '–',
          one.startedAt ? since(one.startedAt) : '–',
          number(one.openCalls),
          number(one.queued),
        ]),
        'silos',
      ),
    ),
    section(
      words.pushes,
      h(
        'p',
        { class: 'op-pills' },
        ...Object.entries(view.providers).map(([provider, state]) => h('span', {}, `${plain(provider)} `, pill(state))),
      ),
      table(
        words.pushes,
        [words.provider, words.type, words.result, words.count],
        view.pushes.map(one => [
          plain(one.provider),
          plain(one.type),
          pill(one.result, one.result === 'accepted' ? 'good' : 'bad'),
          number(one.count),
        ]),
        'pushes',
      ),
    ),
    section(
      words.endedCalls,
      h('p', { class: 'muted op-small' }, `${words.started}: ${number(view.callsStarted)}, ${words.sinceStart}`),
      table(
        words.endedCalls,
        [words.reason, words.count],
        ended.map(([reason, count]) => [h('a', { href: `#/calls?state=ended&reason=${reason}` }, plain(reason)), number(count)]),
        'ended',
      ),
    ),
  ];
}

const since = (time: string): HTMLElement => h('span', { title: new Date(time).toLocaleString() }, age(time));
