// Draws a call's sequence: lanes from left to right, time downwards.

import type { Lane, Message, Sequence } from './sequence';
import { s } from './svg';
import { exact, span, words } from './words';

const laneWidth = 148;
const timeWidth = 104;
const headHeight = 62;
const rowHeight = 34;
const gapHeight = 20;
/** The shortest pause that is labelled. */
const pauseMs = 2000;
const longestLabel = 26;
const longestHead = 14;

export function drawSequence({ lanes, messages, callerId }: Sequence): SVGSVGElement {
  const width = timeWidth + lanes.length * laneWidth;
  const x = new Map(lanes.map((lane, i) => [lane.id, timeWidth + (i + 0.5) * laneWidth]));
  const rows = s('g');
  let y = headHeight;
  for (const message of messages) {
    if (message.gapMs >= pauseMs) {
      rows.append(
        s(
          'text',
          { class: 'seq-gap', x: timeWidth - 12, y: y + gapHeight - 6, 'text-anchor': 'end' },
          words.later(span(message.gapMs)),
        ),
      );
      y += gapHeight;
    }
    rows.append(drawMessage(message, x, y + rowHeight - 10, width));
    y += rowHeight;
  }
  const height = y + 14;
  return s(
    'svg',
    {
      class: 'seq',
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      role: 'img',
      'aria-label': words.picture(messages.length),
      'data-testid': 'sequence',
    },
    markers(),
    ...lanes.map(lane =>
      s('line', {
        class: `seq-life seq-${lane.kind}`,
        x1: x.get(lane.id)!,
        x2: x.get(lane.id)!,
        y1: headHeight - 6,
        y2: height - 6,
      }),
    ),
    ...lanes.map(lane => drawHead(lane, x.get(lane.id)!, lane.userId !== undefined && lane.userId === callerId)),
    rows,
  );
}

function drawHead(lane: Lane, at: number, isCaller: boolean): SVGGElement {
  const title = (
    { call: words.laneCall, push: words.lanePush, webhook: words.laneWebhook, operator: words.laneOperator } as Record<
      string,
      string
    >
  )[lane.kind];
  const first = title ?? lane.userId!;
  const second = title === undefined ? (lane.deviceId ?? words.noDevice) : undefined;
  const [left, top, width, height] = [at - laneWidth / 2 + 6, 6, laneWidth - 12, headHeight - 18];
  // A nested SVG clips a label that is too wide for its lane, in any font.
  const inside = s(
    'svg',
    { x: left + 4, y: top, width: width - 8, height },
    s(
      'text', { class: 'seq-name', x: '50%', y: second === undefined ? 27 : 19, 'text-anchor': 'middle' },
      cut(first, longestHead)),
  );
  if (second !== undefined)
    inside.append(s('text', { class: 'seq-device', x: '50%', y: 34, 'text-anchor': 'middle' }, cut(second, longestHead + 2)));
  return s(
    'g',
    { class: `seq-head seq-${lane.kind}${isCaller ? ' seq-caller' : ''}`, 'data-lane': lane.kind },
    s('title', {}, [first, second].filter(text => text !== undefined).join(' · ')),
    s('rect', { x: left, y: top, width, height, rx: 10 }),
    inside,
  );
}

function drawMessage(message: Message, x: Map<string, number>, y: number, width: number): SVGGElement {
  const { entry, from, to, via, tone, lost } = message;
  const group = s(
    'g',
    { class: `seq-message seq-tone-${tone}`, 'data-what': entry.what, 'data-from': from, 'data-to': to },
    s('title', {}, `${exact(entry.at)}  ${message.label}${entry.sentence === undefined ? '' : `\n${entry.sentence}`}`),
    s('text', { class: 'seq-time', x: timeWidth - 12, y: y + 4, 'text-anchor': 'end' }, `+${span(message.offsetMs)}`),
  );
  const start = x.get(from)!;
  if (to === undefined) {
    group.append(
      s('rect', { class: 'seq-band', x: timeWidth, y: y - 16, width: width - timeWidth - 6, height: 25, rx: 8 }),
      s('text', { class: 'seq-label', x: start, y: y + 1, 'text-anchor': 'middle' }, cut(message.label, longestLabel * 2)),
    );
    return group;
  }
  if (to === from) {
    group.append(
      s('circle', { class: 'seq-dot', cx: start, cy: y, r: 4 }),
      s('text', { class: 'seq-label', x: start + 10, y: y + 4 }, cut(message.label, longestLabel)),
    );
    return group;
  }
  const end = x.get(to)!;
  const direction = Math.sign(end - start);
  const stop = lost ? end - direction * 16 : end - direction * 3;
  group.append(
    s('line', {
      class: lost ? 'seq-arrow seq-lost' : 'seq-arrow',
      x1: start,
      x2: stop,
      y1: y,
      y2: y,
      'marker-end': lost ? undefined : `url(#seq-${tone})`,
    }),
  );
  if (via !== undefined) group.append(s('circle', { class: 'seq-dot', cx: x.get(via)!, cy: y, r: 4 }));
  if (lost) group.append(s('path', { class: 'seq-cross', d: `M${stop - 4} ${y - 4}l8 8m0-8l-8 8` }));
  const room = Math.max(longestLabel, Math.floor(Math.abs(end - start) / 6.2));
  // At the end that is not the call, where no arrows of other lanes cross.
  group.append(
    s('text', { class: 'seq-label', x: (start + end) / 2, y: y - 6, 'text-anchor': 'middle' }, cut(message.label, room)),
  );
  return group;
}

function markers(): SVGDefsElement {
  return s(
    'defs',
    {},
    ...(['plain', 'good', 'bad', 'quiet'] as const).map(tone =>
      s(
        'marker',
        {
          id: `seq-${tone}`,
          class: `seq-tone-${tone}`,
          viewBox: '0 0 8 8',
          refX: 7,
          refY: 4,
          markerWidth: 8,
          markerHeight: 8,
          orient: 'auto-start-reverse',
          markerUnits: 'userSpaceOnUse',
        },
        s('path', { class: 'seq-tip', d: 'M0 0L8 4L0 8Z' }),
      ),
    ),
  );
}

const cut = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most - 1)}…`);
