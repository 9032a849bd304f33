// The refusals that Node's frameworks write themselves, each at a path of its own server.

import { imported, jwt, listening, require, serve, tokens } from './bed.mjs';

const secret = 'bed-secret-of-32-bytes-and-no-less';
const audience = 'https://api.acme.example', issuer = 'https://login.acme.example';
// Plainly fake, and built from parts.
const key = 'fake'.repeat(8), user = 'deploy', password = 'fake-' + 'pass-word-4-node';
const ok = { ok: true };

process.env.NODE_ENV = 'production';
const express = require('express');

function expressJwt() {
  const app = express();
  app.use(require('express-jwt').expressjwt({ secret, audience, issuer, algorithms: ['HS256'] }));
  app.get('/', (_, answer) => answer.json(ok));
  // As its own documentation has it.
  app.use((error, _request, answer, _next) => answer.status(error.status).json({ error: error.code, message: error.message }));
  return listening(app);
}

function passportBearer() {
  const app = express(), { Passport } = require('passport'), passport = new Passport();
  passport.use(new (require('passport-http-bearer').Strategy)((given, done) => done(null, given === key ? { scope: 'read' } : false)));
  app.get('/', passport.authenticate('bearer', { session: false }), (_, answer) => answer.json(ok));
  return listening(app);
}

function passportJwt() {
  const app = express(), { Passport } = require('passport'), passport = new Passport(), { Strategy, ExtractJwt } = require('passport-jwt');
  const options = { jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(), secretOrKey: secret, audience, issuer };
  passport.use(new Strategy(options, (claims, done) => done(null, claims.sub === 'gone' ? false : claims)));
  app.get('/', passport.authenticate('jwt', { session: false }), (_, answer) => answer.json(ok));
  return listening(app);
}

async function fastify() {
  const app = require('fastify')();
  app.register(require('@fastify/jwt'), { secret, verify: { allowedAud: audience, allowedIss: issuer } });
  app.get('/', { onRequest: request => request.jwtVerify() }, async () => ok);
  return app.listen({ port: 0, host: '127.0.0.1' });
}

async function hono() {
  const { Hono } = await imported('hono'), { jwt } = await imported('hono/jwt'), { bearerAuth } = await imported('hono/bearer-auth');
  const { basicAuth } = await imported('hono/basic-auth'), { serve } = await imported('@hono/node-server');
  const app = new Hono();
  app.use('/jwt', jwt({ secret, alg: 'HS256' }));
  app.use('/key', bearerAuth({ token: key }));
  app.use('/basic', basicAuth({ username: user, password }));
  for (const path of ['/jwt', '/key', '/basic']) app.get(path, context => context.json(ok));
  return new Promise(done => serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => done(`http://127.0.0.1:${port}`)));
}

function koa() {
  const app = new (require('koa'))();
  app.silent = true;
  app.use(require('koa-jwt')({ secret, audience, issuer, debug: true }));
  app.use(context => { context.body = ok; });
  return listening(app);
}

function expressBasic() {
  const app = express();
  app.use(require('express-basic-auth')({ users: { [user]: password }, challenge: true }));
  app.get('/', (_, answer) => answer.json(ok));
  return listening(app);
}

serve({
  express_jwt: await expressJwt(), passport_bearer: await passportBearer(), passport_jwt: await passportJwt(), fastify: await fastify(),
  hono: await hono(), koa: await koa(), express_basic: await expressBasic(),
  key, user, password, basic: Buffer.from(`${user}:${password}`).toString('base64'),
  ...tokens(secret, { aud: audience, iss: issuer }), gone: jwt(secret, { aud: audience, iss: issuer, sub: 'gone' }),
});
