/** Small histories: a group of two Voice Connectors with ten calls a minute, of which none fails. */
import { History, type RecordedAccount } from '../../backtest/history.ts';
import { parsePolicy } from '../../infra/policy-text.ts';

export const minuteMs = 60_000;
export const start = Date.UTC(2026, 10, 2);

export const policy = parsePolicy('version: 1\ndefaults: { mode: observe }', 'a test');

export const account: RecordedAccount = {
  groups: [
    {
      voiceConnectorGroupId: 'main-line',
      name: 'Main line',
      controlRegion: 'us-east-1',
      callDistributionType: 'PriorityWeightedDistribution',
      items: [
        { voiceConnectorId: 'vc-east', priority: 1 },
        { voiceConnectorId: 'vc-west', priority: 2 },
      ],
      createdAt: undefined,
      updatedAt: undefined,
    },
  ],
  connectors: [
    { voiceConnectorId: 'vc-east', region: 'us-east-1', receivesPings: true, origination: 'ready' },
    { voiceConnectorId: 'vc-west', region: 'us-west-2', receivesPings: true, origination: 'ready' },
  ],
  changes: [],
};

export type Calls = { readonly attempts?: number; readonly failures?: number };

/** @param callsAt what differs in a minute, counted from the start */
export function historyOf(
  minutes: number,
  callsAt: (minute: number) => Calls = () => ({}),
  changes: RecordedAccount['changes'] = [],
): History {
  const history = new History({ ...account, changes });
  for (let minute = 0; minute < minutes; minute += 1) {
    const at = start + minute * minuteMs;
    const { attempts = 10, failures = 0 } = callsAt(minute);
    const by = history.account.changes.filter((change) => change.at <= at).at(-1)?.order[0] ?? 'vc-east';
    history.set('minute', by, 'InboundCallAttempts', at, attempts);
    history.set('minute', by, 'InboundCallFailures', at, failures);
    history.set('minute', by, 'InboundCallsAnswered', at, attempts - failures);
  }
  return history;
}

/** Half of the calls fail from the 1000th to the 1060th minute. */
export function withFault(minute: number): Calls {
  return minute >= 1000 && minute < 1060 ? { failures: 5 } : {};
}

export const day = 1440;
