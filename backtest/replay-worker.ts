/** A thread of a replay: first its setting arrives, then one range after the other. */
import { parentPort } from 'node:worker_threads';
import { History } from './history.ts';
import { RangeReplay, type RangeRequest } from './replay-range.ts';
import type { ThreadSetting } from './replay-thread.ts';

parentPort?.once('message', ({ history, setting }: ThreadSetting) => {
  const ranges = new RangeReplay(History.fromShared(history), setting);
  parentPort?.on('message', (request: RangeRequest) => {
    // A failure ends the thread, which its owner then reports.
    void ranges.replay(request).then((replayed) => parentPort?.postMessage(replayed));
  });
});
