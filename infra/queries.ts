/** The queries of CloudWatch Logs Insights that the console offers under the name of the stack: what `vcf history` does not show, or over months. */
import { logicalIdOf } from './service.ts';

type Query = { readonly query: readonly string[]; readonly functionNames: readonly string[] };

const eventsOf = ['monitor', 'operate'];

const queries: Readonly<Record<string, Query>> = {
  'what-happened': {
    functionNames: eventsOf,
    query: [
      'fields @timestamp, data.data.name as name, message, coalesce(data.data.decision, data.data.voiceConnectorId, data.data.summary) as what, data.data.code as code, data.data.reason as reason, data.data.ledger.sentence as impact',
      'filter ispresent(data.metadata.eventId) and message != "Priority Held"',
      'sort @timestamp asc',
      'limit 1000',
    ],
  },
  moves: {
    functionNames: eventsOf,
    query: [
      'fields @timestamp, data.data.name as name, data.data.decision as decision, data.data.leaving as leaving, data.data.promoting as promoting, message, data.data.outcome.reason as outcome, data.data.command.by as orderedBy, data.data.ledger.sentence as impact',
      'filter message like /^Priority Change (Applied|Withheld|Rejected|Unverified|Blocked)$/',
      'sort @timestamp desc',
      'limit 1000',
    ],
  },
  holds: {
    functionNames: ['monitor'],
    query: [
      'filter message in ["Hold Changed", "Priority Held"] and data.data.code != "top-healthy"',
      'stats count(*) as events, min(@timestamp) as first, max(@timestamp) as last by data.data.name as name, data.data.code as code',
      'sort last desc',
    ],
  },
  decisions: {
    functionNames: ['monitor'],
    query: [
      'fields @timestamp, data.name as name, data.decision as decision, data.code as code, data.reason as reason, data.outcome.reason as outcome',
      'filter message = "decision"',
      'sort @timestamp desc',
      'limit 1000',
    ],
  },
  'who-ordered-what': {
    functionNames: ['operate'],
    query: [
      'fields @timestamp, data.data.stage as stage, data.data.command.action as action, data.data.command.group as name, data.data.command.by as orderedBy, data.data.command.reason as reason, data.data.summary as summary',
      'filter message = "Operator Action" and data.data.stage != "requested"',
      'sort @timestamp desc',
      'limit 1000',
    ],
  },
  problems: {
    functionNames: ['monitor', 'operate', 'preflight', 'sessions'],
    query: [
      'fields @timestamp, function_name, level, message, data.data.reason as reason, data.data.problems.0.doing as doing, data.data.problems.0.message as problem',
      'filter level in ["WARN", "ERROR"]',
      'sort @timestamp desc',
      'limit 1000',
    ],
  },
};

/** The log group that the framework makes for a function. */
function logGroupOf(functionName: string): object {
  return { Ref: logicalIdOf(functionName).replace(/LambdaFunction$/, 'LogGroup') };
}

function resourceOf(name: string, { query, functionNames }: Query): readonly [string, object] {
  const id = name.replaceAll(/(?:^|-)(\w)/g, (_, first: string) => first.toUpperCase());
  return [
    `${id}Query`,
    {
      Type: 'AWS::Logs::QueryDefinition',
      Properties: {
        // The console shows names with a slash in folders.
        Name: `\${self:service}-\${sls:stage}/${name}`,
        QueryString: query.join('\n| '),
        LogGroupNames: functionNames.map(logGroupOf),
      },
    },
  ];
}

export const queryResources = {
  Resources: Object.fromEntries(Object.entries(queries).map(([name, query]) => resourceOf(name, query))),
};
