import assert from 'node:assert/strict';
import test from 'node:test';
import { arrange, frame, gap } from '../src/page/call/arrange';
import type { Box, Seat, Size, Wish } from '../src/page/call/arrange';

const people = (count: number): Seat[] =>
  Array.from({ length: count }, (_, index) => ({ id: `p${index}`, kind: 'person', ratio: 16 / 9 }));
const own: Seat = { id: 'me', kind: 'own', ratio: 16 / 9 };
const desk: Size = { width: 1040, height: 700 };
const phone: Size = { width: 374, height: 640 };
const grid: Wish = { mode: 'grid' };
const area = ({ width, height }: Size) => width * height;

const overlaps = (a: Box, b: Box) =>
  a.x < b.x + b.width - 0.5 && b.x < a.x + a.width - 0.5 && a.y < b.y + b.height - 0.5 && b.y < a.y + a.height - 0.5;
const isInside = (box: Box, size: Size) =>
  box.x >= -0.5 && box.y >= -0.5 && box.x + box.width <= size.width + 0.5 && box.y + box.height <= size.height + 0.5;

for (const size of [desk, phone, { width: 700, height: 300 }, { width: 1800, height: 900 }])
  for (const count of [2, 3, 4, 5, 7, 9, 15])
    for (const mode of ['grid', 'speaker'] as const)
      test(
        `${count} people and oneself on ${size.width} × ${size.height}, ${mode}: all seen, none over another, none outside`,
        () => {
          const boxes = [...arrange([...people(count), own], size, { mode }).values()];
          assert.equal(boxes.length, count + 1);
          for (const [index, box] of boxes.entries()) {
            assert.ok(isInside(box, size), JSON.stringify(box));
            assert.ok(area(box) > 0);
            for (const other of boxes.slice(index + 1))
              assert.ok(!overlaps(box, other), `${JSON.stringify(box)} ${JSON.stringify(other)}`);
          }
        });

test('a grid gives everybody the same size, and of a desk more than half', () => {
  for (const count of [2, 3, 4, 6, 9, 15]) {
    const boxes = [...arrange([...people(count), own], desk, grid).values()];
    assert.ok(boxes.every(box => Math.abs(area(box) - area(boxes[0]!)) < 1));
    assert.ok(boxes.reduce((sum, box) => sum + area(box), 0) > area(desk) * 0.5, `${count}`);
  }
});

test('two people: the other has all of it, oneself a corner on it', () => {
  const boxes = arrange([...people(1), own], desk, grid);
  assert.deepEqual(boxes.get('p0'), { x: 0, y: 0, ...desk });
  const mine = boxes.get('me')!;
  assert.ok(area(mine) < area(desk) * 0.07);
  assert.equal(Math.round(mine.x + mine.width), desk.width - gap);
});

test('before anybody is there the own picture has all of it', () =>
  assert.deepEqual([...arrange([...people(1), own], phone, { ...grid, previewing: true })], [['me', { x: 0, y: 0, ...phone }]]));

test('who is pinned is the large one; else the screen that is shown, else the first person', () => {
  const seats: Seat[] = [...people(3), own, { id: 'screen:p1', kind: 'screen' }];
  const largest = (main?: string) =>
    [...arrange(seats, desk, { mode: 'speaker', main })].sort(([, a], [, b]) => area(b) - area(a))[0]![0];
  assert.equal(largest('p2'), 'p2');
  assert.equal(largest(), 'screen:p1');
  assert.equal(largest('nobody'), 'screen:p1');
});

test('a window beside other programs shows one picture', () =>
  assert.deepEqual([...arrange([...people(4), own], { width: 180, height: 120 }, { mode: 'grid', main: 'p3' }).keys()], ['p3']));

test('of a face no more than three tenths are cut off, of a screen nothing; and no picture is larger than its tile', () => {
  for (const ratio of [9 / 16, 3 / 4, 1, 4 / 3, 16 / 9, 21 / 9])
    for (const tile of [desk, phone, { width: 400, height: 100 }, { width: 100, height: 400 }, { width: 300, height: 300 }]) {
      const face = frame(ratio, tile, false);
      const kept = Math.min(ratio / (face.width / face.height), face.width / face.height / ratio);
      assert.ok(kept > 0.699, `${ratio} in ${tile.width} × ${tile.height}: ${kept}`);
      assert.ok(face.width <= tile.width + 0.01 && face.height <= tile.height + 0.01);
      const screen = frame(ratio, tile, true);
      assert.ok(Math.abs(screen.width / screen.height - ratio) < 0.001);
    }
});
