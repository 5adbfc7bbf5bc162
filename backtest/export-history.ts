/** `npm run export-history -- --days 14 --out history.csv` */
import { processIo, endGently } from './io.ts';
import { runExport } from './run.ts';

endGently();
process.exitCode = await runExport(process.argv.slice(2), processIo());
