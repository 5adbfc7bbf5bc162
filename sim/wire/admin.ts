import * as z from 'zod';
import type { Account } from '../account/account.ts';
import type { ServerResponse } from 'node:http';
import { safeReplacer } from '../../lib/input/safe-text.ts';
import { jsonBody, type Incoming } from './incoming.ts';
import { ruleSchema, type Misbehaviour } from './misbehaviour.ts';
import { jsonReply, type Reply } from './reply.ts';
import type { RequestLog } from './request-log.ts';

/** The data that the pages under `/_sim/` show and change. */
export type AdminSubject = {
  readonly account: Account;
  readonly requests: RequestLog;
  readonly misbehaviour: Misbehaviour;
  /** Those of the parts that the server does not know. */
  readonly others: readonly AdminPages[];
};

/** Pages under `/_sim/` of another part of the local AWS. */
export interface AdminPages {
  /** Method and path of each, for a person who misses one. */
  readonly pages: readonly string[];
  /** The path of the page that a browser is led to from `/`. */
  readonly home?: string;
  /** The reply; `streaming` if it writes the response itself; undefined if it has no such page. */
  answer(
    incoming: Incoming,
    response: ServerResponse,
  ): Promise<Reply | 'streaming' | undefined> | Reply | 'streaming' | undefined;
}

const pages = [
  'GET /_sim/requests',
  'GET /_sim/events',
  'GET /_sim/state',
  'GET /_sim/misbehaviour',
  'POST /_sim/misbehaviour',
  'DELETE /_sim/misbehaviour',
];

/** Whether a request is for the simulator itself, not for AWS. */
export function isAdminPath(path: string): boolean {
  return path === '/_sim' || path.startsWith('/_sim/');
}

/** Leads a browser from `/` to a page; undefined for any other request. An AWS client asks for no HTML. */
export function homeReply({ method, path, headers }: Incoming, others: readonly AdminPages[]): Reply | undefined {
  const home = others.find((other) => other.home !== undefined)?.home;
  const isBrowser = method === 'GET' && path === '/' && (headers['accept'] ?? '').includes('text/html');
  if (home === undefined || !isBrowser || headers['authorization'] !== undefined) return undefined;
  return { status: 302, headers: { location: home, 'cache-control': 'no-store' }, body: '' };
}

/** Answers requests without credentials, for example from curl. The reply contains no phone number. */
export async function adminReply(
  incoming: Incoming,
  response: ServerResponse,
  subject: AdminSubject,
): Promise<Reply | 'streaming'> {
  for (const other of subject.others) {
    const reply = await other.answer(incoming, response);
    if (reply !== undefined) return reply;
  }
  const { status, value } = answer(incoming, subject);
  return { ...jsonReply(status, undefined), body: `${JSON.stringify(value, safeReplacer, 2)}\n` };
}

function answer(
  incoming: Incoming,
  { account, requests, misbehaviour, others }: AdminSubject,
): { status: number; value: unknown } {
  switch (`${incoming.method} ${incoming.path}`) {
    case 'GET /_sim/requests':
      return { status: 200, value: requests.records.map((each) => ({ ...each, at: new Date(each.at) })) };
    case 'GET /_sim/events':
      return { status: 200, value: account.eventBridge.events.map((each) => ({ ...each, time: new Date(each.time) })) };
    case 'GET /_sim/state':
      return { status: 200, value: stateOf(account) };
    case 'GET /_sim/misbehaviour':
      return { status: 200, value: misbehaviour.inForce() };
    case 'POST /_sim/misbehaviour':
      return addRules(jsonBody(incoming), misbehaviour);
    case 'DELETE /_sim/misbehaviour':
      misbehaviour.clear();
      return { status: 200, value: [] };
    default:
      return {
        status: 404,
        value: { error: 'unknown page', pages: [...pages, ...others.flatMap((other) => other.pages)] },
      };
  }
}

/** One rule or a list of rules. Adds all of them or none. */
function addRules(given: unknown, misbehaviour: Misbehaviour): { status: number; value: unknown } {
  const parsed = z.union([z.array(ruleSchema), ruleSchema.transform((rule) => [rule])]);
  // A union reports the failures of every branch. Choosing the branch first reports only those of the intended one.
  const result = (Array.isArray(given) ? z.array(ruleSchema) : parsed.options[1]).safeParse(given);
  if (!result.success) {
    const problems = result.error.issues.map(({ path, message }) => `${path.join('.') || 'rule'}: ${message}`);
    return { status: 400, value: { error: 'no rule was added', problems } };
  }
  for (const rule of result.data) misbehaviour.post(rule);
  return { status: 201, value: misbehaviour.inForce() };
}

function stateOf({ now, chime, eventBridge, parameters, queues }: Account) {
  return {
    now: new Date(now()),
    routedGroups: chime.groups.routed(),
    voiceConnectors: chime.connectors.all().map((connector) => ({
      voiceConnectorId: connector.voiceConnectorId,
      awsRegion: connector.awsRegion,
      createdIn: connector.createdIn,
      name: connector.name,
      origination: connector.origination && {
        disabled: connector.origination.disabled,
        routes: connector.origination.routes.length,
      },
      lastOptionsPingAt: connector.lastOptionsPing && new Date(connector.lastOptionsPing.at),
    })),
    phoneNumbers: chime.phoneNumbers.count(),
    proxySessions: chime.proxySessions.count(),
    events: eventBridge.events.length,
    parameters: parameters.regions().flatMap((region) =>
      parameters.all(region).map(({ name, type, value, version }) => ({
        region,
        name,
        value: type === 'SecureString' ? undefined : value,
        version,
      })),
    ),
    queues: queues.depths(),
  };
}
