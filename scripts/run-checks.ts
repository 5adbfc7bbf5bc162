/** npm run checks: the static checks, side by side. Prints the output of each when it has ended; exits with 1 if any of them fails. */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import pMap from 'p-map';

/** Scripts of package.json, the longest first. */
const checks = ['lint', 'types', 'format:check', 'imports', 'language'];

function run(check: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const child = spawn('npm', ['run', '--silent', check], { stdio: ['ignore', 'pipe', 'pipe'] });
    const output: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => output.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      const seconds = Math.round((performance.now() - startedAt) / 1000);
      console.log(`${code === 0 ? 'ok' : 'FAILED'}  npm run ${check}  ${seconds} s`);
      process.stdout.write(Buffer.concat(output));
      resolve(code === 0);
    });
  });
}

const results = await pMap(checks, run, { concurrency: availableParallelism() });
process.exitCode = results.includes(false) ? 1 : 0;
