/** An endpoint with prepared answers, for answers that violate AWS's own rules. */
import { createServer, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

export type ScriptedAnswer = {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A string is sent unchanged, any other value as JSON. */
  readonly body: unknown;
};

export type ScriptedRequest = { readonly path: string; readonly body: unknown };

/** Sends one answer of the script per request, and repeats the last one. */
export async function startScript(script: readonly ScriptedAnswer[]) {
  const requests: ScriptedRequest[] = [];
  const server = createServer((message, response) => {
    void bodyOf(message).then((body) => {
      requests.push({ path: message.url ?? '', body });
      const answer = script[Math.min(requests.length, script.length) - 1] ?? { body: {} };
      response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
      response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { server: { url: `http://127.0.0.1:${port}` }, requests };
}

async function bodyOf(message: IncomingMessage): Promise<unknown> {
  return message.method === 'GET' ? undefined : json(message);
}
