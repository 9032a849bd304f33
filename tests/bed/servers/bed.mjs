// What every start script of the test bed does that is written for Node; bed.py says how a start script behaves.

import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';

/** Loads what tests/bed/package.json names. */
export const require = createRequire(`${process.env.WHY401_BED}/npm/package.json`);
export const imported = name => import(require.resolve(name));

/** Tells what the stories need and serves until standard input ends. */
export function serve(told) {
  for (const [name, value] of Object.entries(told)) console.log(`${name}=${value}`);
  console.log('ready');
  process.stdin.resume();
  process.stdin.on('end', () => process.exit(0));
}

/** The base URL of a server that listens. */
export const at = server => `http://127.0.0.1:${server.address().port}`;

/** Starts something with `listen` on a free port. */
export const listening = app => new Promise(done => { const server = app.listen(0, '127.0.0.1', () => done(at(server))); });

const segment = data => Buffer.from(typeof data === 'string' ? data : JSON.stringify(data)).toString('base64url');

/** A token signed with HMAC-SHA256; a claim that is undefined is left out. */
export function jwt(secret, claims = {}, head = {}) {
  const now = Math.floor(Date.now() / 1000);
  const text = `${segment({ alg: 'HS256', typ: 'JWT', ...head })}.${segment({ sub: 'u', iat: now - 60, exp: now + 86400, ...claims })}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

/** Tokens as they go wrong: each is good but for one thing. */
export function tokens(secret, claims) {
  const now = Math.floor(Date.now() / 1000);
  const good = jwt(secret, claims);
  return {
    good,
    expired: jwt(secret, { ...claims, iat: now - 7200, exp: now - 3600 }),
    future: jwt(secret, { ...claims, nbf: now + 86000 }),
    audience: jwt(secret, { ...claims, aud: 'https://other.acme.example' }),
    issuer: jwt(secret, { ...claims, iss: 'https://login.staging.acme.example' }),
    forged: jwt('another-secret-of-another-machine', claims),
    unsigned: `${segment({ alg: 'none', typ: 'JWT' })}.${good.split('.')[1]}.`,
    cut: good.slice(0, -9),
  };
}
