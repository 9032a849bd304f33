// why401 run: leads this process's HTTP connections through the capture proxy, where Node would not go by itself, and lets
// clients with a list of authorities of their own believe it. It needs nothing and changes nothing else.
'use strict';
(() => {
  const mark = Symbol.for('why401.run');
  const address = process.env.WHY401_RUN;
  if (!address || globalThis[mark]) return;
  Object.defineProperty(globalThis, mark, { value: true });
  const tls = require('tls');
  const net = require('net');
  const http = require('http');
  const [, credential, port] = /^http:\/\/(\S+)@127\.0\.0\.1:(\d+)$/.exec(address) || [];
  if (!port) return;
  let authority = '';
  try {
    authority = require('fs').readFileSync(require('path').join(__dirname, 'ca.pem'), 'utf8');
  } catch {
    return;
  }

  // The options and the callback of net.connect and tls.connect, whichever way they are handed over.
  const settled = (args) => {
    const given = [...args];
    const callback = typeof given[given.length - 1] === 'function' ? given.pop() : undefined;
    const [first, second] = given;
    let options = {};
    if (first !== null && typeof first === 'object') options = { ...first };
    else if (typeof first === 'string' && !(Number(first) >= 0)) options.path = first;
    else {
      options.port = first;
      if (given.length > 1 && typeof second !== 'object') options.host = second;
    }
    for (const more of given.slice(1)) if (more !== null && typeof more === 'object') Object.assign(options, more);
    return [options, callback];
  };

  const isOurs = (options) => Number(options.port) === Number(port) && ['127.0.0.1', 'localhost'].includes(options.host);
  const leads = (options) => options.port && !options.path && !options.socket && !isOurs(options);

  const plain = net.connect;
  // A connection to the capture proxy that leads to the host of these options.
  const lead = (options, callback) => {
    const host = String(options.host || 'localhost').replace(/^\[|\]$/g, '');
    if (!/^[\w.:-]+$/.test(host)) return undefined;
    const own = { host: '127.0.0.1', port: Number(port) };
    for (const name of ['keepAlive', 'keepAliveInitialDelay', 'noDelay', 'timeout', 'highWaterMark', 'signal', 'allowHalfOpen']) {
      if (options[name] !== undefined) own[name] = options[name];
    }
    const socket = callback ? plain.call(net, own, callback) : plain.call(net, own);
    socket.write(`why401 ${credential} ${host} ${Number(options.port)}\n`);
    return socket;
  };

  const makeContext = tls.createSecureContext;
  tls.createSecureContext = function createSecureContext(options) {
    const own = options && options.ca ? { ...options, ca: [].concat(options.ca, authority) } : options;
    return makeContext.call(this, own);
  };

  const secure = tls.connect;
  tls.connect = function connect(...args) {
    const [options, callback] = settled(args);
    const socket = leads(options) ? lead(options) : undefined;
    if (!socket) return secure.apply(this, args);
    options.socket = socket;
    return callback ? secure.call(this, options, callback) : secure.call(this, options);
  };

  const ofAgent = http.Agent.prototype.createConnection;
  http.Agent.prototype.createConnection = function createConnection(...args) {
    const [options, callback] = settled(args);
    return (leads(options) && lead(options, callback)) || ofAgent.apply(this, args);
  };

  // fetch (undici) opens its connections in the clear with net.connect, as databases do; this size is undici's own.
  net.connect = net.createConnection = function connect(...args) {
    const [options, callback] = settled(args);
    const isFetch = options.highWaterMark === 65536 && leads(options);
    return (isFetch && lead(options, callback)) || plain.apply(this, args);
  };

  const { syncBuiltinESMExports } = require('module');
  if (syncBuiltinESMExports) syncBuiltinESMExports();
})();
