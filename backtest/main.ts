/** `npm run backtest -- --days 14` */
import { processIo, endGently } from './io.ts';
import { runBacktest } from './run.ts';

endGently();
process.exitCode = await runBacktest(process.argv.slice(2), processIo());
