/** Amazon Chime SDK Voice: proxy sessions, a feature that AWS ended on 2026-04-07. Any error may be returned for it. */
import { ListProxySessionsCommand, type ChimeSDKVoiceClient } from '@aws-sdk/client-chime-sdk-voice';
import * as z from 'zod';
import type { ListedConnector, ProxySession, ProxySessionStatus, SessionsPort, SessionsReading } from '../ports.ts';
import { parse } from '../input/validation.ts';
import { pagesOf } from './client.ts';
import { refusalOf } from './refusal.ts';

const pageSize = 100;

const pageSchema = z.object({
  ProxySessions: z
    .array(
      z.object({
        ProxySessionId: z.string(),
        CreatedTimestamp: z.date().nullish(),
        UpdatedTimestamp: z.date().nullish(),
        ExpiryMinutes: z.number().nullish(),
      }),
    )
    .nullish()
    .transform((sessions) => sessions ?? []),
});

export class Sessions implements SessionsPort {
  readonly #clientOf: (region: string) => ChimeSDKVoiceClient;

  constructor(options: { readonly clientOf: (region: string) => ChimeSDKVoiceClient }) {
    this.#clientOf = options.clientOf;
  }

  async list(connector: ListedConnector, status: ProxySessionStatus, signal: AbortSignal): Promise<SessionsReading> {
    const sessions: ProxySession[] = [];
    try {
      const client = this.#clientOf(connector.controlRegion);
      const input = { VoiceConnectorId: connector.voiceConnectorId, Status: status, MaxResults: pageSize };
      const pages = pagesOf(signal, (NextToken, options) =>
        // eslint-disable-next-line @typescript-eslint/no-deprecated -- the function finds out whether AWS still serves it
        client.send(new ListProxySessionsCommand({ ...input, NextToken }), options),
      );
      for await (const page of pages) {
        for (const session of parse(pageSchema, page, 'a page of proxy sessions').ProxySessions) {
          sessions.push({
            proxySessionId: session.ProxySessionId,
            createdAt: session.CreatedTimestamp?.getTime(),
            updatedAt: session.UpdatedTimestamp?.getTime(),
            expiryMinutes: session.ExpiryMinutes ?? undefined,
          });
        }
      }
      return { kind: 'listed', sessions };
    } catch (error) {
      const { kind, message } = refusalOf(error);
      const mayHaveEnded = kind === 'not-found' || kind === 'forbidden' || kind === 'invalid' || kind === 'gone';
      return { kind: mayHaveEnded ? kind : 'failed', message };
    }
  }
}
