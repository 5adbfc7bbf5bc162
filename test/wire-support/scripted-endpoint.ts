/** An endpoint that answers with what a test wrote down, for answers that no AWS that keeps its own rules would give. */
import { createServer, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

export type ScriptedAnswer = {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A string is sent as it is, all else as JSON. */
  readonly body: unknown;
};

export type ScriptedRequest = { readonly path: string; readonly body: unknown };

/** Answers by the script, one answer for each request; the last one again and again. */
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
