/** Who is alerted of what: every alarm and every message goes to one of two topics. docs/alerts.md has tables made from these lists. */

/** `page`: somebody must act now, at night too. `ticket`: to be read in working hours. */
export type AlertTopic = 'page' | 'ticket';

export type Route = {
  readonly topic: AlertTopic;
  readonly because: string;
};

function page(because: string): Route {
  return { topic: 'page', because };
}

function ticket(because: string): Route {
  return { topic: 'ticket', because };
}

const pagedByCallsAtRisk = ticket('`calls-at-risk` pages for it; this one says which cause.');

/** By the last part of the alarm's name; those of a function by that function's name too, or `*` for any other function. */
const alarmRoutes: Readonly<Record<string, Route>> = {
  'calls-at-risk': page('Calls fail, and nothing moves them.'),
  'no-heartbeat': page('Nothing is watched: the next fault is neither seen nor moved.'),
  'failover-blocked': pagedByCallsAtRisk,
  'failover-held': pagedByCallsAtRisk,
  'failover-undone': pagedByCallsAtRisk,
  'unhealthy-voice-connectors': ticket('The group is moved; where it is not, `calls-at-risk` pages.'),
  'account-not-ready': page('No group could be failed over as its policy says until this is repaired.'),
  'not-ready': ticket('No calls fail, and every other group can be failed over.'),
  'weekly-drill-failed': ticket('No calls fail; it is tried again by itself.'),
  'outbox-waiting': ticket('Decisions are not affected, and the events wait for 14 days.'),
  'outbox-dead-letter': ticket('Decisions are not affected, and the events wait for 14 days.'),
  'monitor/errors': page('A group may be neither judged nor moved: the log says what could not be done.'),
  'monitor/throttles': ticket('If no run completes, `no-heartbeat` pages.'),
  'monitor/duration': ticket('Runs still end in time; if none completes, `no-heartbeat` pages.'),
  'lister/errors': page('No shard may have been sent: then no group is judged.'),
  'lister/throttles': ticket('If shards are not sent, `no-shard-heartbeat` pages.'),
  'lister/duration': ticket('If shards are not sent, `no-shard-heartbeat` pages.'),
  '*/no-shard-heartbeat': page('The groups of the shard are not watched.'),
  'shard-failed': page('Groups may be neither judged nor moved: the log says what could not be done.'),
  'shard-dead-letter': ticket('If a shard is not decided, `no-shard-heartbeat` pages.'),
  '*/errors': ticket('No failover depends on this function.'),
  '*/throttles': ticket('No failover depends on this function.'),
  '*/duration': ticket('No failover depends on this function.'),
  '*/undelivered-records': ticket('The log has the event whole, and the decision stands.'),
};

/** By the logical id of the rule. */
const messageRoutes: Readonly<Record<string, Route>> = {
  FailoverDoneRule: page(
    'Calls were failing: somebody must see that they arrive at the standby, which has no other behind it.',
  ),
  GroupMovedRule: ticket('An operator or the policy wanted it, and the primary is healthy.'),
  ChangeBlockedRule: page('Calls fail, and AWS does not take the change.'),
  ChangeUnverifiedRule: page('It is not known where new calls go.'),
  DrillStartedRule: ticket('It was ordered, and is watched every minute.'),
  DrillEndedRule: ticket('The group is back in its order.'),
  DrillNotRestoredRule: page('Calls stay where the drill sent them.'),
  WeeklyDrillRefusedRule: ticket('No calls fail.'),
  NoMoveRule: page('Calls fail, and a person must decide.'),
  CannotFailOverRule: ticket('No calls fail, and every other group can be failed over.'),
  FailbackAwaitsApprovalRule: ticket('Calls go through where they are.'),
  GroupNotReadyRule: ticket('No calls fail, and every other group can be failed over.'),
  AccountNotReadyRule: ticket('The alarm `account-not-ready` pages for it; this message says which check.'),
  OverrideUnmatchedRule: ticket('The monitor decides as if it were not there.'),
};

function routeIn(routes: Readonly<Record<string, Route>>, names: readonly string[]): Route {
  const route = names.map((name) => routes[name]).find((each) => each !== undefined);
  if (route === undefined) throw new Error(`infra/alert-routes.ts names no topic for ${names.join(' or ')}`);
  return route;
}

/** @param name without service and stage, such as `monitor/errors` */
export function alarmRoute(name: string): Route {
  return routeIn(alarmRoutes, [name, name.replace(/^\w+\//, '*/')]);
}

export function messageRoute(ruleId: string): Route {
  return routeIn(messageRoutes, [ruleId]);
}

export const topicIds = { page: 'PageTopic', ticket: 'TicketTopic' } as const satisfies Record<AlertTopic, string>;
