import assert from 'node:assert/strict';
import test from 'node:test';
import { Speakers } from '../src/page/call/speaker';

/** Hears each of these, every 250 ms, so loud: "a" loud, "." quiet. */
function hear(lines: Record<string, string>): Speakers {
  const speakers = new Speakers();
  for (let tick = 0; tick < Object.values(lines)[0]!.length; tick++)
    speakers.hear(new Map(Object.entries(lines).map(([id, line]) => [id, line[tick] === '.' ? 0.001 : 0.3])), tick * 250);
  return speakers;
}

test('nobody speaks where all is quiet', () => {
  const speakers = hear({ ann: '....', ben: '....' });
  assert.equal(speakers.main, undefined);
  assert.ok(!speakers.isSpeaking('ann'));
});

test('who speaks is marked at once, and through the pauses between words', () => {
  assert.ok(hear({ ann: '.a' }).isSpeaking('ann'));
  assert.ok(hear({ ann: 'a..a..' }).isSpeaking('ann'));
  assert.ok(!hear({ ann: 'a.....' }).isSpeaking('ann'));
});

test('a cough does not take the large picture, somebody who goes on speaking does', () => {
  assert.equal(hear({ ann: 'aaaaaa......', ben: '..........bb' }).main, 'ann');
  assert.equal(hear({ ann: 'aaaa..............', ben: '........bbbbbbbbbb' }).main, 'ben');
});

test('who speaks keeps the large picture although another one speaks, too', () =>
  assert.equal(hear({ ann: 'aaaaaaaaaaaaaaaa', ben: '....bbbbbbbbbbbb' }).main, 'ann'));

test('who has left has no picture to be large', () => {
  const speakers = hear({ ann: 'aaaa' });
  speakers.hear(new Map([['ben', 0]]), 2_000);
  assert.equal(speakers.main, undefined);
});
