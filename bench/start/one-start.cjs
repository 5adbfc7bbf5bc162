/**
 * Loads a packaged function (the first argument) and invokes it with an event (the second) until AWS has answered its first call, and prints
 * the times since the load began, in milliseconds. CommonJS, because Lambda loads the functions as CommonJS.
 */
const { subscribe } = require('node:diagnostics_channel');
const { performance } = require('node:perf_hooks');

const cpuAtStart = process.cpuUsage();
const startedAt = performance.now();
let loadedMs;
let sentMs;

subscribe('http.client.request.start', () => {
  sentMs ??= performance.now() - startedAt;
});
subscribe('http.client.response.finish', () => {
  const answeredMs = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpuAtStart);
  process.stdout.write(JSON.stringify({ loadedMs, sentMs, answeredMs, cpuMs: (user + system) / 1000 }), () =>
    process.exit(0),
  );
});

const [, , bundle, event] = process.argv;
const { handler } = require(bundle);
loadedMs = performance.now() - startedAt;
handler(JSON.parse(event), { functionName: 'start', awsRequestId: 'start', getRemainingTimeInMillis: () => 50_000 });
