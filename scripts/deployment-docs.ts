/** The tables of docs/settings.md and docs/alerts.md, made from infra/. */
import { readdirSync } from 'node:fs';
import { format } from 'prettier';
import { alarms, fanOutAlarms } from '../infra/alarms.ts';
import { alarmRoute, messageRoute } from '../infra/alert-routes.ts';
import { deployerPolicy, permissionsByType } from '../infra/deployer-permissions.ts';
import { messageResources } from '../infra/messages.ts';
import { stageFields } from '../infra/stage-fields.ts';
import { table, withTables } from './generated-tables.ts';

/** @returns docs/settings.md with its table */
export function withStageTable(page: string): Promise<string> {
  const rows = Object.entries(stageFields).map(([name, { meaning, allowed, default: usual }]) => [
    `\`${name}\``,
    meaning,
    allowed,
    usual ?? 'must be set',
  ]);
  return withTables(page, { stage: table(['Setting', 'Meaning', 'Allowed', 'Default'], rows) });
}

/** `monitor/errors`, without service and stage. */
export function nameOf(alarmName: string): string {
  return alarmName.replace('${self:service}-${sls:stage}-', '');
}

function alarmTable(): string {
  const functions = readdirSync('functions').map((file) => [file.replace('.ts', ''), { timeout: 1 }] as const);
  const all = { ...alarms(Object.fromEntries(functions)), ...fanOutAlarms(1) };
  const names = Object.values(all).map(({ Properties }) => nameOf(Properties.AlarmName));
  const rows = names.map((name) => {
    const { topic, because } = alarmRoute(name);
    return [`[\`${name.replace('shard0', 'shard<N>')}\`](runbook.md#${name.replace(/^.*\//, '')})`, topic, because];
  });
  return table(['Alarm', 'Topic', 'Why'], rows.toSorted(byTopic));
}

function messageTable(): string {
  const rows = Object.entries(messageResources().Resources).map(([id, { Properties }]) => {
    const { topic, because } = messageRoute(id);
    const [firstLine = ''] = Properties.Targets.map(({ InputTransformer }) => InputTransformer.InputTemplate);
    const [beginning = ''] = /[A-Z][A-Z ]+(?=[: ,<])/.exec(firstLine) ?? [];
    return [`\`${beginning.trim()}\``, `${Properties.Description}.`, topic, because];
  });
  return table(
    ['Begins with', 'Message', 'Topic', 'Why'],
    rows.toSorted((left, right) => byTopic(left.slice(1), right.slice(1))),
  );
}

/** `page` before `ticket`; otherwise in the order of the lists. */
function byTopic([, left = '']: readonly string[], [, right = '']: readonly string[]): number {
  return left.localeCompare(right);
}

/** @returns docs/alerts.md with its tables */
export function withAlertTables(page: string): Promise<string> {
  return withTables(page, { alarms: alarmTable(), messages: messageTable() });
}

/** @returns docs/deployer-policy.json */
export function deployerPolicyFile(): Promise<string> {
  return format(JSON.stringify(deployerPolicy()), { parser: 'json', printWidth: 120 });
}

/** @returns docs/deploy.md with its table */
export function withDeployerTable(page: string): Promise<string> {
  const rows = Object.entries(permissionsByType).map(([type, permissions]) => [
    `\`${type}\``,
    permissions
      .flatMap(({ actions }) => actions)
      .map((action) => `\`${action}\``)
      .join(', '),
  ]);
  return withTables(page, { deployer: table(['Type', 'Actions'], rows) });
}
