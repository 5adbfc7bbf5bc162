import { format } from 'node:util';

const levels = { log: 'INFO', info: 'INFO', debug: 'DEBUG', warn: 'WARN', error: 'ERROR' } as const;

/**
 * Lets `console` write as Lambda's runtime does, `<time>\t<request id>\t<level>\t<message>`, so that a handler's logs look
 * here as they will there. Loggers that bring their own console, as Powertools does, are not touched, nor are they there.
 */
export function installLambdaConsole(requestId: () => string): void {
  const write = (level: string, values: readonly unknown[]): void => {
    // Lambda turns line ends into carriage returns, which keeps a message one log event.
    const message = format(...values).replaceAll('\n', '\r');
    process.stdout.write(`${new Date().toISOString()}\t${requestId()}\t${level}\t${message}\n`);
  };
  for (const method of ['log', 'info', 'debug', 'warn', 'error'] as const) {
    console[method] = (...values: readonly unknown[]) => {
      write(levels[method], values);
    };
  }
}
