'use strict';

// Loaded before the measured command: counts the requests that it sends, and writes the sums at its end.
const { subscribe } = require('node:diagnostics_channel');
const { writeFileSync } = require('node:fs');

/** POST, and yet nothing is written. */
const READS = /\/(login|schedules\/(preview|list))$/;
let requests = 0;
let writes = 0;
subscribe('http.client.request.start', ({ request }) => {
  requests += 1;
  if (request.method !== 'GET' && !READS.test(request.path.split('?')[0])) writes += 1;
});
process.on('exit', () => {
  writeFileSync(process.env.BENCH_REQUESTS, JSON.stringify({ requests, writes }));
});
