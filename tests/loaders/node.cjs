// What a loader of the npm world makes of env files. Arguments: the folder with the packages, the loader's slug.
// Standard input names one folder a line; its `.env` is loaded over the variables of FOLDER.preset. One JSON object a
// line is the answer:
// {"values": {NAME: hex of the value}, "error": text or null}.
'use strict';
const path = require('path');
const { pathToFileURL } = require('url');
const [bed, loader] = process.argv.slice(2);
const load = name => require(require.resolve(name, { paths: [bed] }));

// Each answers with the object in which the program finds its values; what it throws is its error.
const inProcess = call => async folder => { const error = await call(folder); if (error) throw error; return process.env; };
const dotenv = name => file => load(name).config({ path: file, quiet: true });
const LOADERS = {
  dotenv16: inProcess(folder => dotenv('dotenv16')(folder + '/.env').error),
  dotenv17: inProcess(folder => dotenv('dotenv17')(folder + '/.env').error),
  'dotenv-expand': inProcess(folder => load('dotenv-expand').expand(dotenv('dotenv17')(folder + '/.env')).error),
  'dotenv-expand12': inProcess(folder => load('dotenv-expand12').expand(dotenv('dotenv17')(folder + '/.env')).error),
  'dotenv-flow': inProcess(folder => load('dotenv-flow').config({ path: folder, silent: true }).error),
  // react-scripts 5 (config/env.js) calls these two, in these versions, for each file.
  cra: inProcess(folder => { load('dotenv-expand5')(load('dotenv10').config({ path: folder + '/.env' })); }),
  // It keeps the environment that it saw first, so that each file gets the code anew.
  next: inProcess(folder => {
    delete require.cache[require.resolve('@next/env', { paths: [bed] })];
    load('@next/env').loadEnvConfig(folder, true, { info() {}, error() {} }, true);
  }),
  expo: inProcess(folder => {
    process.env.NODE_ENV = 'development';
    load('@expo/env').loadProjectEnv(folder, { silent: true, force: true });
  }),
  vite: async folder => {
    const vite = await import(pathToFileURL(path.join(bed, 'node_modules/vite/dist/node/index.js')).href);
    return vite.loadEnv('development', folder, '');
  },
  'nuxt-c12': async folder => {
    const c12 = await import(pathToFileURL(path.join(bed, 'node_modules/c12/dist/index.mjs')).href);
    const env = { ...process.env };
    await c12.setupDotenv({ cwd: folder, env });
    // The process itself would end each value at a NUL.
    return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, String(value).split('\0')[0]]));
  },
  parseenv: async folder => require('util').parseEnv(require('fs').readFileSync(folder + '/.env', 'utf8')),
  // The process is fresh and has read the file already.
  dump: async () => process.env,
};

// A dump shows a process that has read the file before this code ran.
const before = loader === 'dump' ? {} : { ...process.env };
const presets = folder => {
  try { return JSON.parse(require('fs').readFileSync(folder + '.preset', 'utf8')); } catch { return {}; }
};
const fresh = folder => {
  for (const name of Object.keys(process.env)) if (!Object.hasOwn(before, name)) delete process.env[name];
  Object.assign(process.env, before, presets(folder));
};
const answer = async folder => {
  try {
    const seen = await LOADERS[loader](folder);
    // A plain object would take no `__proto__`.
    const values = Object.create(null);
    for (const name of Object.keys(seen)) {
      if (!Object.hasOwn(before, name) || seen[name] !== before[name]) values[name] = Buffer.from(String(seen[name]), 'utf8').toString('hex');
    }
    return { values, error: null };
  } catch (error) {
    return { values: {}, error: String((error && error.message) || error) };
  }
};
(async () => {
  const folders = loader === 'dump' ? ['.'] : require('fs').readFileSync(0, 'utf8').split('\n').filter(Boolean);
  const write = process.stdout.write.bind(process.stdout);
  // Loaders talk on standard output.
  process.stdout.write = () => true;
  for (const folder of folders) {
    if (loader !== 'dump') fresh(folder);
    write(JSON.stringify(await answer(folder)) + '\n');
  }
})();
