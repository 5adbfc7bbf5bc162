import { format } from 'node:util';

const levels = { log: 'INFO', info: 'INFO', debug: 'DEBUG', warn: 'WARN', error: 'ERROR' } as const;

/**
 * Makes `console` write in the format of Lambda's runtime, `<time>\t<request id>\t<level>\t<message>`. As in Lambda, loggers
 * with a console of their own, such as Powertools, are not affected.
 */
export function installLambdaConsole(requestId: () => string): void {
  const write = (level: string, values: readonly unknown[]): void => {
    // Lambda replaces line feeds with carriage returns, so that a message stays one log event.
    const message = format(...values).replaceAll('\n', '\r');
    process.stdout.write(`${new Date().toISOString()}\t${requestId()}\t${level}\t${message}\n`);
  };
  for (const method of ['log', 'info', 'debug', 'warn', 'error'] as const) {
    console[method] = (...values: readonly unknown[]) => {
      write(levels[method], values);
    };
  }
}
