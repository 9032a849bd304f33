// oidc-provider with three resource servers that trust it: one of express-oauth2-jwt-bearer, one written with jose as its manual
// shows, and one that knows nothing of a token but what the issuer answers (RFC 7662).
// `tenant_b` is a second issuer with keys of its own.

import { createServer } from 'node:http';
import { at, imported, listening, require, serve } from './bed.mjs';

const { default: Provider, errors } = await imported('oidc-provider');
const { createRemoteJWKSet, exportJWK, generateKeyPair, jwtVerify, SignJWT } = await imported('jose');
const audience = 'https://api.acme.example', other = 'https://other.acme.example', plain = 'https://plain.acme.example';
const secret = 'fake-' + 'client-secret-of-the-bed';

/** A server on a free port before there is a program for it, since an issuer is named by its address. */
const reserved = () => new Promise(done => { const server = createServer().listen(0, '127.0.0.1', () => done(server)); });

async function tenant(kid, secret) {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const server = await reserved(), issuer = at(server);
  const client = { grant_types: ['client_credentials'], redirect_uris: [], response_types: [] };
  const provider = new Provider(issuer, {
    clients: [
      { ...client, client_id: 'service', client_secret: secret, scope: 'read write' },
      { ...client, client_id: 'reader', client_secret: secret, scope: 'read' },
      { client_id: 'web', client_secret: secret, grant_types: ['authorization_code', 'refresh_token'], redirect_uris: ['https://app.acme.example/back'], response_types: ['code'] },
    ],
    jwks: { keys: [{ ...await exportJWK(privateKey), kid, use: 'sig', alg: 'RS256' }] },
    scopes: ['openid', 'offline_access', 'read', 'write'],
    cookies: { keys: ['of-the-bed'] },
    features: {
      devInteractions: { enabled: false }, clientCredentials: { enabled: true }, introspection: { enabled: true }, revocation: { enabled: true },
      resourceIndicators: {
        enabled: true, defaultResource: () => audience, useGrantedResource: () => true,
        getResourceServerInfo: (_, resource) => {
          if (resource === plain) return { scope: 'read write', audience: resource, accessTokenFormat: 'opaque', accessTokenTTL: 86400 };
          if (![audience, other].includes(resource)) throw new errors.InvalidTarget();
          return { scope: 'read write', audience: resource, accessTokenFormat: 'jwt', accessTokenTTL: 86400, jwt: { sign: { alg: 'RS256' } } };
        },
      },
    },
  });
  server.on('request', provider.callback());
  const asked = (path, clientId, form) => {
    const Authorization = 'Basic ' + Buffer.from(`${clientId}:${secret}`).toString('base64');
    return fetch(issuer + path, { method: 'POST', body: new URLSearchParams(form), headers: { Authorization } });
  };
  const token = async (clientId, form) => (await (await asked('/token', clientId, { grant_type: 'client_credentials', ...form })).json()).access_token;
  const signed = (claims, head = {}, by = privateKey) => {
    const now = Math.floor(Date.now() / 1000);
    const whole = { iss: issuer, aud: audience, sub: 'service', client_id: 'service', scope: 'read write', iat: now - 60, exp: now + 86400, jti: '1', ...claims };
    return new SignJWT(whole).setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid, ...head }).sign(by);
  };
  return { issuer, asked, token, signed };
}

const a = await tenant('tenant-a', secret), b = await tenant('tenant-b', secret.replace('bed', 'den'));
const stranger = (await generateKeyPair('RS256')).privateKey;
const now = Math.floor(Date.now() / 1000);

function express() {
  const { auth, requiredScopes } = require('express-oauth2-jwt-bearer'), app = require('express')();
  app.use(auth({ issuer: a.issuer, jwksUri: a.issuer + '/jwks', audience, tokenSigningAlg: 'RS256' }));
  for (const scope of ['read', 'write']) app.get('/' + scope, requiredScopes(scope), (_, answer) => answer.json({ ok: true }));
  return listening(app);
}

function jose() {
  const keys = createRemoteJWKSet(new URL(a.issuer + '/jwks'));
  return listening(createServer(async (request, answer) => {
    const say = (status, body, challenge) => {
      answer.writeHead(status, { 'Content-Type': 'application/json', ...(challenge && { 'WWW-Authenticate': challenge }) });
      answer.end(JSON.stringify(body));
    };
    const [, token] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? [];
    if (!token) return say(401, { error: 'no token' }, 'Bearer');
    try {
      await jwtVerify(token, keys, { issuer: a.issuer, audience });
      say(200, { ok: true });
    } catch (error) {
      say(401, { error: error.code, message: error.message });
    }
  }));
}

/** Asks the issuer of each token. */
function introspecting() {
  return listening(createServer(async (request, answer) => {
    const say = (status, body, challenge) => {
      answer.writeHead(status, { 'Content-Type': 'application/json', ...(challenge && { 'WWW-Authenticate': `Bearer realm="plain"${challenge}` }) });
      answer.end(JSON.stringify(body));
    };
    const [, token] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? [];
    if (!token) return say(401, {}, ' ');
    const told = await (await a.asked('/token/introspection', 'service', { token })).json();
    if (!told.active) return say(401, { error: 'invalid_token' }, ', error="invalid_token"');
    const needed = request.url.slice(1);
    if (!told.scope.split(' ').includes(needed)) return say(403, { error: 'insufficient_scope' }, `, error="insufficient_scope", scope="${needed}"`);
    say(200, { ok: true });
  }));
}

process.env.NODE_ENV = 'production';
const good = await a.token('service', { scope: 'read write' });
const opaque = await a.token('service', { resource: plain, scope: 'read' }), gone = await a.token('service', { resource: plain, scope: 'read' });
await a.asked('/token/revocation', 'service', { token: gone });
serve({
  opaque, gone, introspecting: await introspecting(),
  issuer: a.issuer, tenant_b: b.issuer, express: await express(), jose: await jose(), secret,
  basic: Buffer.from(`service:${secret}`).toString('base64'), swapped: Buffer.from(`${secret}:service`).toString('base64'),
  good, reader: await a.token('reader', { scope: 'read' }), elsewhere: await a.token('service', { resource: other, scope: 'read' }),
  tenant_b_token: await b.token('service', { scope: 'read' }),
  expired: await a.signed({ iat: now - 7200, exp: now - 3600 }), future: await a.signed({ nbf: now + 86000 }),
  forged: await a.signed({}, {}, stranger), unknown_key: await a.signed({}, { kid: 'rotated-away' }, stranger),
  id_token: await a.signed({ aud: 'web', nonce: 'n', at_hash: 'fakefakefakefakefakefa', email: 'u@acme.example', scope: undefined, client_id: undefined }, { typ: 'JWT' }),
  unsigned: [{ alg: 'none', typ: 'JWT' }].map(head => Buffer.from(JSON.stringify(head)).toString('base64url')).concat(good.split('.')[1], '').join('.'),
  cut: good.slice(0, -40),
});
