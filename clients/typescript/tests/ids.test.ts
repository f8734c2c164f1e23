import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idInHeader, idInPath } from '../src/calls/index.js';

test('an id in a path is one segment of it, whatever it holds, and a header holds it', () => {
  for (const [id, written] of [
    ["O'Brien", "O'Brien"], ['CORP\\bob', 'CORP%5Cbob'], ['Ann Smith', 'Ann%20Smith'],
    ['https://x/y/005', 'https%3A%2F%2Fx%2Fy%2F005'],
    ['josé', 'jos%C3%A9'], ['日本', '%E6%97%A5%E6%9C%AC'], ['..', '%252E%252E'], ['.', '%252E'], ['%2E%2E', '%25252E%25252E'],
    ['a%2Fb', 'a%252Fb'], ['a/b', 'a%2Fb'], ['100%', '100%25'], ['a.b?c#d+e', 'a.b%3Fc%23d%2Be'],
  ] as const) {
    assert.equal(idInPath(id), written);
    assert.equal(new URL(`http://x/users/${written}/presence`).pathname, `/users/${written}/presence`);
    assert.equal(new Headers({ 'X-Act-As': idInHeader(id) }).get('X-Act-As'), encodeURIComponent(id));
  }
});
