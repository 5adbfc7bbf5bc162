/** `npm run vcf -- status --stage prod --region us-west-2` */
import { run } from './run.ts';

// The reader of a pipe, such as head, may have read enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

process.exitCode = await run(process.argv.slice(2), {
  now: Date.now,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  // Into a file or a pipe it would be noise.
  progress: (text) => process.stderr.isTTY && process.stderr.write(`\r\u001b[K${text}`),
  hasColours: process.stdout.isTTY && process.stdout.hasColors(),
});
