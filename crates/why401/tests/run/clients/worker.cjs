const { Worker } = require('worker_threads');
new Worker(require.resolve('./https.cjs'));
