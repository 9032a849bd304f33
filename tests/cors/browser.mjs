// Asks a real Chromium what it makes of cross-origin calls: node browser.mjs CASES.json OBSERVED.json
//
// A case is a page's call and what each server answers, by `METHOD host:port/path`; `{page}`, `{api}`, `{third}`, `{secure}` and
// `{public}` stand for the ports. What comes out has the form of crates/why401-core/tests/cors/chromium.toml.
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { createRequire } from 'node:module';

const [cases, out, modules, chromium, key, cert] = process.argv.slice(2);
const { chromium: browsers } = createRequire(modules + "/x.js")("playwright-core");

let current = null;
let seen = [];
const PAGE = '<!doctype html><link rel="icon" href="data:,"><title>page</title>';
// Only what the standard is about; the rest of a browser's headers is its own affair.
const TOLD = ['origin', 'access-control-request-method', 'access-control-request-headers', 'access-control-request-private-network',
  'access-control-request-local-network', 'authorization', 'x-api-key', 'content-type', 'cookie'];

// What the case has in store for a request, which is written down.
function found(request) {
  const scheme = request.socket.encrypted ? 'https' : 'http';
  const key = `${request.method} ${scheme}://${request.headers.host}${request.url}`;
  const own = current.servers.find(server => server.on === key || server.on === key.replace(/^\S+/, request.method === 'OPTIONS' ? 'OPTIONS' : 'ANY'));
  const { status, headers } = own || { status: 404, headers: [] };
  const asked = TOLD.filter(name => request.headers[name] !== undefined).map(name => [name, request.headers[name]]);
  seen.push({ method: request.method, url: `${scheme}://${request.headers.host}${request.url}`, asked, status, headers });
  return { status, headers };
}

function answer(request, response) {
  if (request.url === '/page' || request.url === '/sandboxed') {
    if (request.url === '/sandboxed') response.setHeader('Content-Security-Policy', 'sandbox allow-scripts');
    response.setHeader('Content-Type', 'text/html');
    return response.end(PAGE);
  }
  const { status, headers } = found(request);
  if (status === 0) return request.socket.destroy();
  const raw = headers.flatMap(([name, value]) => [name, value]);
  response.writeHead(status, raw.concat(['Connection', 'close', 'Content-Length', '0']));
  response.end();
}

const ports = {};
const listen = async (name, make) => {
  const server = make.listen(0, '127.0.0.1');
  // Node's own parser takes no method that it does not know, such as patch in lower case.
  server.on('clientError', (error, socket) => {
    const [line, ...fields] = (error.rawPacket || '').toString('latin1').split('\r\n');
    const [method, url] = line.split(' ');
    const headers = Object.fromEntries(fields.filter(field => field.includes(': ')).map(field => [field.slice(0, field.indexOf(':')).toLowerCase(), field.slice(field.indexOf(':') + 2)]));
    if (!headers.host) return socket.destroy();
    const { status, headers: own } = found({ method, url, headers, socket });
    socket.end(`HTTP/1.1 ${status} x\r\nConnection: close\r\nContent-Length: 0\r\n${own.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
  });
  await new Promise(ready => server.on('listening', ready));
  ports[name] = server.address().port;
};
for (const name of ['page', 'api', 'third', 'public']) await listen(name, http.createServer(answer));
const tls = { key: fs.readFileSync(key), cert: fs.readFileSync(cert) };
for (const name of ['secure', 'publicsecure']) await listen(name, https.createServer(tls, answer));

const browser = await browsers.launch({
  executablePath: chromium,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
    '--disable-sync', '--ignore-certificate-errors', '--host-resolver-rules=MAP *.test 127.0.0.1',
    `--ip-address-space-overrides=127.0.0.1:${ports.public}=public,127.0.0.1:${ports.publicsecure}=public`],
});
const observed = [];
for (const raw of JSON.parse(fs.readFileSync(cases, 'utf8'))) {
  current = JSON.parse(JSON.stringify(raw).replace(/\{(page|api|third|publicsecure|public|secure)\}/g, (_, name) => ports[name]));
  seen = [];
  const console_ = [];
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const page = await context.newPage();
  page.on('console', message => console_.push(message.text()));
  await page.goto(current.page === 'null' ? `http://app.test:${ports.page}/sandboxed` : current.page + '/page');
  const { url, page: origin, servers, title, ...options } = current;
  const saw = await page.evaluate(async ([url, options]) => {
    try {
      const answer = await Promise.race([fetch(url, options), new Promise((_, no) => setTimeout(() => no(new Error('silent')), 4000))]);
      return { status: answer.status, kind: answer.type, readable: [...answer.headers.keys()] };
    } catch (error) {
      return { error: `${error.name}: ${error.message}` };
    }
  }, [url, options]);
  await page.waitForTimeout(60);
  const words = console_.filter(line => !line.startsWith('Failed to load')).join('\n');
  const headers = Object.entries(options.headers || {});
  observed.push({ title, page: origin, url, ...options, headers, answers: seen, ...saw, console: words });
  await context.close();
}
fs.writeFileSync(out, JSON.stringify({ chromium: browser.version(), cases: observed }, null, 1));
await browser.close();
process.exit(0);
