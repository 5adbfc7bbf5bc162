import type { EpochMs } from '../../clock.ts';
import { chimeError } from '../errors.ts';
import type { IdCounter } from '../ids.ts';
import { listingName, pageOf, type Page } from '../paging.ts';
import { badToken, requirePageSize, type ListRequest } from './rules.ts';

export type ProxySessionStatus = 'Open' | 'InProgress' | 'Closed';

export type ProxySession = {
  readonly voiceConnectorId: string;
  readonly proxySessionId: string;
  readonly status: ProxySessionStatus;
  readonly name?: string | undefined;
  readonly expiryMinutes: number;
  readonly capabilities: readonly ('Voice' | 'SMS')[];
  readonly createdAt: EpochMs;
  readonly updatedAt: EpochMs;
  readonly endedAt?: EpochMs | undefined;
  /** Phone numbers of people: must never be logged. */
  readonly participants: readonly { readonly phoneNumber: string; readonly proxyPhoneNumber: string }[];
};

export type ProxySessionSeed = Partial<ProxySession> & { readonly voiceConnectorId: string };

/**
 * How the service answers: as documented, or in one of the ways in which a service may answer after its end of support. AWS
 * ended proxy sessions on 2026-04-07 and does not document the API's answers since.
 */
export type ProxySessionMode = 'served' | 'empty' | 'not-found' | 'forbidden' | 'bad-request' | 'gone';

/** "On April 7, 2026, AWS ended support for Amazon Chime SDK proxy sessions." */
export const proxySessionsEndedAt: EpochMs = Date.UTC(2026, 3, 7);

export class ProxySessions {
  /** If set, applies at any date. Otherwise sessions are served until the end of support. */
  mode: ProxySessionMode | undefined;
  /** The answer after the end of support. */
  modeAfterEnd: ProxySessionMode = 'not-found';
  readonly #now: () => EpochMs;
  readonly #ids: IdCounter;
  readonly #sessions: ProxySession[] = [];

  constructor(dependencies: { readonly now: () => EpochMs; readonly ids: IdCounter }) {
    this.#now = dependencies.now;
    this.#ids = dependencies.ids;
  }

  /** Adds a session, by default with fictitious phone numbers. Returns its id. */
  seed(seed: ProxySessionSeed): string {
    const proxySessionId = seed.proxySessionId ?? this.#ids.uuid();
    const createdAt = seed.createdAt ?? this.#now();
    this.#sessions.push({
      status: 'Open',
      expiryMinutes: 60,
      capabilities: ['Voice', 'SMS'],
      updatedAt: createdAt,
      participants: [
        { phoneNumber: '+12065550101', proxyPhoneNumber: '+12065550100' },
        { phoneNumber: '+12065550102', proxyPhoneNumber: '+12065550100' },
      ],
      ...seed,
      proxySessionId,
      createdAt,
    });
    return proxySessionId;
  }

  count(): number {
    return this.#sessions.length;
  }

  /** The caller must have checked that `voiceConnectorId` exists. */
  list(
    region: string,
    voiceConnectorId: string,
    request: ListRequest & { readonly status?: ProxySessionStatus | undefined },
  ): Page<ProxySession> {
    const size = requirePageSize(request.maxResults);
    const mode = this.mode ?? (this.#now() < proxySessionsEndedAt ? 'served' : this.modeAfterEnd);
    if (mode === 'empty') return { items: [], nextToken: undefined };
    if (mode !== 'served') throw endOfSupport(mode);
    const sessions = this.#sessions.filter(
      (session) =>
        session.voiceConnectorId === voiceConnectorId &&
        (request.status === undefined || session.status === request.status),
    );
    return pageOf(sessions, {
      listing: listingName('ListProxySessions', region, voiceConnectorId, request.status),
      nextToken: request.nextToken,
      size,
      refuse: badToken,
    });
  }
}

function endOfSupport(mode: Exclude<ProxySessionMode, 'served' | 'empty'>) {
  const message = 'Amazon Chime SDK proxy sessions are no longer supported';
  switch (mode) {
    case 'not-found':
      return chimeError('NotFound', message);
    case 'forbidden':
      return chimeError('Forbidden', message);
    case 'bad-request':
      return chimeError('BadRequest', message);
    case 'gone':
      return chimeError('Gone', message);
  }
}
