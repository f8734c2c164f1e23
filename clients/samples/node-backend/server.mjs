// An app's back end in Node, without a framework: issues tokens to its signed-in users, and receives the service's webhooks.
// Environment: AUTH_SIGNING_KEY (the service's Auth__SigningKey), WEBHOOK_SECRET (its Webhooks__Secret, whsec_...), PORT. It
// also serves ../web.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';

const { AUTH_SIGNING_KEY: signingKey, WEBHOOK_SECRET: webhookSecret, PORT = '3000' } = process.env;
if (!signingKey || !webhookSecret)
  throw new Error('Set AUTH_SIGNING_KEY and WEBHOOK_SECRET to what the service has in Auth__SigningKey and Webhooks__Secret.');

const webhookKey = webhookSecret.startsWith('whsec_')
  ? Buffer.from(webhookSecret.slice('whsec_'.length), 'base64')
  : Buffer.from(webhookSecret);
const tokenSeconds = 3600;
const oldestSeconds = 300;
const mostBytes = 1024 * 1024;
const seen = new Set();
const files = { '/': ['index.html', 'text/html'], '/app.js': ['dist/app.js', 'text/javascript'] };

/** A JWT (HS256) with which `userId` can call for an hour. */
export function tokenFor(userId, name) {
  const now = Math.floor(Date.now() / 1000);
  const encode = part => Buffer.from(JSON.stringify(part)).toString('base64url');
  const claims = { iss: 'orleans-calls', aud: 'orleans-calls', sub: userId, name, iat: now, exp: now + tokenSeconds };
  const text = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${text}.${createHmac('sha256', signingKey).update(text).digest('base64url')}`;
}

/**
 * Whether the service sent this body, lately: Standard Webhooks, as the package `standardwebhooks` verifies it too.
 * The signature is over the bytes as they came, so nothing may parse them before. While the service's secret is
 * changed there are two signatures.
 */
export function isFromTheService(headers, body) {
  const { 'webhook-id': id = '', 'webhook-timestamp': timestamp = '', 'webhook-signature': signatures = '' } = headers;
  const expected = Buffer.from(
    `v1,${createHmac('sha256', webhookKey).update(`${id}.${timestamp}.`).update(body).digest('base64')}`);
  return signatures.split(' ').map(text => Buffer.from(text))
    .some(given => given.length === expected.length && timingSafeEqual(given, expected))
    && Math.abs(Date.now() / 1000 - Number(timestamp)) < oldestSeconds;
}

async function bodyOf(request) {
  const parts = [];
  let length = 0;
  for await (const part of request) {
    if ((length += part.length) > mostBytes)
      throw Object.assign(new Error('too large'), { status: 413 });
    parts.push(part);
  }
  return Buffer.concat(parts);
}

async function answer(request) {
  const url = new URL(request.url, 'http://localhost');
  if (request.method === 'GET' && url.pathname === '/call-token') {
    // A real app takes the user from its own session, never from the request.
    const user = url.searchParams.get('user');
    return user ? { type: 'text/plain', text: tokenFor(user, user) } : { status: 401 };
  }
  if (request.method === 'POST' && url.pathname === '/webhooks') {
    const body = await bodyOf(request);
    if (!isFromTheService(request.headers, body))
      return { status: 401 };
    const event = JSON.parse(body);
    // Webhooks are delivered at least once: a duplicate is acknowledged and ignored.
    if (!seen.has(event.id))
      console.log(`${event.type} ${event.call.callId}`);
    seen.add(event.id);
    return { status: 204 };
  }
  const file = request.method === 'GET' && files[url.pathname];
  return file ? { type: file[1], text: await readFile(new URL(`../web/${file[0]}`, import.meta.url)) } : { status: 404 };
}

const server = createServer(async (request, response) => {
  try {
    const { status = 200, type, text } = await answer(request);
    response.writeHead(status, type ? { 'Content-Type': type, 'Cache-Control': 'no-store' } : {}).end(text);
  } catch (error) {
    console.error(error.message);
    response.writeHead(error.status ?? 500).end();
  }
});
server.listen(Number(PORT), '127.0.0.1', () => console.log(`listening on http://localhost:${server.address().port}`));
