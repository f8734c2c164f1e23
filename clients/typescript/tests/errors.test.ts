import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CallError, parseHubError, parseProblem } from '../src/calls/errors.js';

const wrapped = (text: string) =>
  new Error(`An unexpected error occurred invoking 'StartCall' on the server. HubException: ${text}`);

test('the code is found behind the words of SignalR', () => {
  const error = parseHubError(wrapped('conflict: Another device has accepted the call.'));
  assert.equal(error.code, 'conflict');
  assert.equal(error.message, 'Another device has accepted the call.');
  assert.equal(error.isTransient, false);
});

test('a bare message is read too, and a text with colons stays whole', () => {
  const error = parseHubError(new Error('invalid_argument: calleeIds: must not be empty: at all'));
  assert.equal(error.code, 'invalid_argument');
  assert.equal(error.message, 'calleeIds: must not be empty: at all');
});

test('a rate limit says when to try again', () => {
  const error = parseHubError(wrapped('rate_limited: Too many messages over one connection; the next in 250 ms.'));
  assert.equal(error.code, 'rate_limited');
  assert.equal(error.retryAfter, 0.25);
  assert.ok(error.isTransient);
});

test('a lost connection is something to try again after', () => {
  const error = parseHubError(new Error('Invocation canceled due to the underlying connection being closed.'));
  assert.equal(error.code, 'unavailable');
  assert.ok(error.isTransient);
});

test('an error that has been read stays as it is', () => {
  const error = new CallError('forbidden', 'no');
  assert.equal(parseHubError(error), error);
});

test('problem+json and answers that are none', async () => {
  const problem = await parseProblem(
    new Response('{"code":"rate_limited","detail":"slow down","retryAfter":3}', { status: 429 }));
  assert.deepEqual([problem.code, problem.message, problem.retryAfter], ['rate_limited', 'slow down', 3]);
  assert.equal((await parseProblem(new Response('<html>', { status: 502 }))).code, 'unavailable');
  assert.equal((await parseProblem(new Response('', { status: 404 }))).code, 'not_found');
});
