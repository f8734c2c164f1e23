import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventOrder, Memory } from '../src/calls/order.js';

test('each event is taken once, in order', () => {
  const order = new EventOrder();
  assert.equal(order.see('a', 1), 'next');
  assert.equal(order.see('a', 2), 'next');
  assert.equal(order.see('a', 2), 'seen');
  assert.equal(order.see('a', 1), 'seen');
});

test('a gap is told, and closed by what comes after it', () => {
  const order = new EventOrder();
  order.see('a', 1);
  assert.equal(order.see('a', 4), 'gap');
  assert.equal(order.see('a', 3), 'seen');
  assert.equal(order.see('a', 5), 'next');
});

test('calls are counted apart, and following one does not take anything back', () => {
  const order = new EventOrder();
  order.follow('mine', 1);
  assert.equal(order.see('mine', 2), 'next');
  order.follow('mine', 1);
  assert.equal(order.see('mine', 2), 'seen');
  assert.equal(order.see('x:y', 1), 'next');
  assert.equal(order.query(), 'mine:2,x:y:1');
  order.forget('mine');
  assert.equal(order.query(), 'x:y:1');
});

test('the memory of ended calls is bounded, the oldest goes first', () => {
  const memory = new Memory(2);
  memory.add('a');
  memory.add('b');
  memory.add('a');
  memory.add('c');
  assert.deepEqual(['a', 'b', 'c'].map(id => memory.has(id)), [true, false, true]);
});

test('what comes later than the end of a call is an invitation back', () => {
  const memory = new Memory();
  memory.add('a');
  assert.equal(memory.covers('a', 99), true);
  memory.add('a', 5);
  assert.deepEqual([4, 5, 6].map(seq => memory.covers('a', seq)), [true, true, false]);
  memory.delete('a');
  assert.deepEqual([memory.covers('a', 1), memory.has('a')], [false, false]);
});
