// oidc-provider with keys of several algorithms, opaque tokens, introspection and revocation; and tokens of jose that differ from a
// good one in one thing. `other` is a second issuer, with a key of its own under another name.

import { createServer } from 'node:http';
import { at, imported, listening, serve } from './bed.mjs';

const { default: Provider } = await imported('oidc-provider');
const { exportJWK, exportSPKI, generateKeyPair, SignJWT } = await imported('jose');
const audience = 'https://api.acme.example', plain = 'https://plain.acme.example';
const secret = 'fake-' + 'client-secret-of-the-bed';
const now = Math.floor(Date.now() / 1000);

const reserved = () => new Promise(done => { const server = createServer().listen(0, '127.0.0.1', () => done(server)); });

async function tenant(name) {
  const server = await reserved(), issuer = at(server);
  const pairs = Object.fromEntries(await Promise.all(['RS256', 'PS256', 'ES256'].map(async alg => [alg, await generateKeyPair(alg, { extractable: true })])));
  const keys = await Promise.all(Object.entries(pairs).map(async ([alg, pair]) => ({ ...await exportJWK(pair.privateKey), kid: `${name}-${alg}`, use: 'sig', alg })));
  const client = { grant_types: ['client_credentials'], redirect_uris: [], response_types: [], client_secret: secret, scope: 'read write' };
  const provider = new Provider(issuer, {
    clients: [{ ...client, client_id: 'service' }, { ...client, client_id: 'reader', scope: 'read' }],
    jwks: { keys },
    scopes: ['openid', 'read', 'write'],
    cookies: { keys: ['of-the-bed'] },
    features: {
      devInteractions: { enabled: false }, clientCredentials: { enabled: true }, introspection: { enabled: true }, revocation: { enabled: true },
      resourceIndicators: {
        enabled: true, defaultResource: () => audience, useGrantedResource: () => true,
        getResourceServerInfo: (_, resource) => ({
          scope: 'read write', audience: resource, accessTokenTTL: 86400, ...(resource === plain ? { accessTokenFormat: 'opaque' } : { accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } } }),
        }),
      },
    },
  });
  server.on('request', provider.callback());
  const asked = async (path, clientId, form) => {
    const Authorization = 'Basic ' + Buffer.from(`${clientId}:${secret}`).toString('base64');
    return fetch(issuer + path, { method: 'POST', body: new URLSearchParams(form), headers: { Authorization } });
  };
  const token = async (clientId, form) => (await (await asked('/token', clientId, { grant_type: 'client_credentials', ...form })).json()).access_token;
  const revoke = token => asked('/token/revocation', 'service', { token });
  const signed = (claims = {}, head = {}, by = pairs[head.alg ?? 'RS256'].privateKey) => {
    const whole = { iss: issuer, aud: audience, sub: 'service', client_id: 'service', scope: 'read write', iat: now - 60, exp: now + 86400, jti: '1', ...claims };
    const alg = head.alg ?? 'RS256';
    return new SignJWT(whole).setProtectedHeader({ alg, typ: 'at+jwt', kid: `${name}-${alg}`, ...head }).sign(by);
  };
  return { issuer, token, revoke, signed, pairs };
}

const a = await tenant('a'), b = await tenant('b');
const stranger = await generateKeyPair('RS256');
const weak = await generateKeyPair('RS256', { modulusLength: 2048 });

/** The key set at a server whose clock is so many milliseconds ahead of this machine's. */
const dated = ahead => listening(createServer(async (_, answer) => {
  const keys = await (await fetch(a.issuer + '/jwks')).text();
  answer.writeHead(200, { 'Content-Type': 'application/json', Date: new Date(Date.now() + ahead).toUTCString() });
  answer.end(keys);
}));
const late = await dated(3600_000), early = await dated(-3600_000);
/** One that says it is another issuer: the slash at the end. */
const slashed = await listening(createServer((request, answer) => {
  const issuer = `http://${request.headers.host}/`;
  answer.writeHead(200, { 'Content-Type': 'application/json' });
  answer.end(JSON.stringify({ issuer, jwks_uri: a.issuer + '/jwks' }));
}));
/** One with no key set at all. */
const empty = await listening(createServer((_, answer) => { answer.writeHead(200); answer.end('{"keys":[]}'); }));

const good = await a.token('service', { scope: 'read write' });
const opaque = await a.token('service', { resource: plain, scope: 'read' }), gone = await a.token('service', { resource: plain, scope: 'read' });
await a.revoke(gone);
const segment = data => Buffer.from(JSON.stringify(data)).toString('base64url');
const es = await a.signed({}, { alg: 'ES256' });
const der = signature => {
  const number = bytes => { let n = Buffer.from(bytes); while (n.length > 1 && n[0] === 0) n = n.subarray(1); if (n[0] & 128) n = Buffer.concat([Buffer.of(0), n]); return Buffer.concat([Buffer.of(2, n.length), n]); };
  const raw = Buffer.from(signature, 'base64url'), inside = Buffer.concat([number(raw.subarray(0, 32)), number(raw.subarray(32))]);
  return Buffer.concat([Buffer.of(48, inside.length), inside]).toString('base64url');
};
const spki = await exportSPKI(a.pairs.RS256.publicKey);
const hs = (key, claims = {}) => new SignJWT({ iss: a.issuer, aud: audience, sub: 'u', iat: now - 60, exp: now + 86400, ...claims }).setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(key);
const bytes = text => new TextEncoder().encode(text);
const shared = 'plainly-fake-shared-secret-of-the-bed';

serve({
  issuer: a.issuer, other: b.issuer, late, early, slashed, empty, secret, shared, audience, now,
  encoded: Buffer.from(shared).toString('base64'),
  hex: Buffer.from(shared).toString('hex'),
  spki: spki.trim().replaceAll('\n', '\\n'), other_spki: (await exportSPKI(b.pairs.RS256.publicKey)).trim().replaceAll('\n', '\\n'),
  ec_spki: (await exportSPKI(a.pairs.ES256.publicKey)).trim().replaceAll('\n', '\\n'),
  good, reader: await a.token('reader', { scope: 'read' }), elsewhere: await a.token('service', { resource: 'https://other.acme.example', scope: 'read' }),
  opaque, gone,
  ps: await a.signed({}, { alg: 'PS256' }), es, der: es.split('.').slice(0, 2).concat(der(es.split('.')[2])).join('.'),
  expired: await a.signed({ iat: now - 7200, exp: now - 3600 }), soon: await a.signed({ exp: now + 1800 }), fresh: await a.signed({ nbf: now - 60 }), future: await a.signed({ nbf: now + 86000 }),
  milliseconds: await a.signed({ iat: now * 1000, exp: now * 1000 + 3600_000 }), backwards: await a.signed({ iat: now - 60, exp: now - 120 }),
  text_time: await a.signed({ exp: String(now + 3600) }),
  other_token: await b.token('service', { scope: 'read' }),
  forged: await a.signed({}, {}, stranger.privateKey), unknown_key: await a.signed({}, { kid: 'rotated-away' }, weak.privateKey),
  misnamed: await a.signed({}, { kid: 'a-PS256' }), renamed: await a.signed({}, { kid: 'of-yesterday' }),
  mislabelled: await a.signed({}, { alg: 'PS256', kid: 'a-PS256' }, a.pairs.PS256.privateKey),
  id_token: await a.signed({ aud: 'web', nonce: 'n', at_hash: 'fakefakefakefakefakefa', email: 'u@acme.example', scope: undefined, client_id: undefined }, { typ: 'JWT' }),
  refresh: await a.signed({ typ: 'Refresh', scope: undefined }, { typ: 'JWT' }), logout: await a.signed({}, { typ: 'logout+jwt' }),
  critical: [{ alg: 'RS256', crit: ['acme'], acme: 1 }].map(head => [segment(head), ...good.split('.').slice(1)].join('.'))[0],
  unsigned: [{ alg: 'none', typ: 'JWT' }].map(segment).concat(good.split('.')[1], '').join('.'),
  cut: good.slice(0, -40), short: good.split('.').slice(0, 2).join('.'), spaced: `${good.slice(0, 60)} ${good.slice(60)}`, shortened: `${good.slice(0, 30)}…${good.slice(-10)}`,
  changed: good.split('.').map((part, index) => (index === 1 ? segment({ ...JSON.parse(Buffer.from(part, 'base64url')), scope: 'admin' }) : part)).join('.'),
  hs: await hs(bytes(shared)), hs_decoded: await hs(Buffer.from(Buffer.from(shared).toString('base64'), 'base64')),
  confused: await hs(bytes(spki)),
  service: 'service',
});
