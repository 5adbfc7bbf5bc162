/** Each group: where its calls go, its members with their verdicts, and what the monitor decides. */
import type { ConnectorMinuteView, GroupView, MemberView, RunView } from '../view.ts';
import { clockTime, likelihoodIn, percent, type Likelihood } from './format.ts';
import { Verdict } from './health.tsx';

type Connectors = Readonly<Record<string, ConnectorMinuteView>>;

export function Group({
  group,
  connectors,
  run,
}: {
  readonly group: GroupView;
  readonly connectors: Connectors;
  readonly run: RunView;
}) {
  const [primary] = group.members;
  return (
    <section class="panel group" aria-labelledby={`group-${group.id}`}>
      <header class="panel-head">
        <h2 id={`group-${group.id}`}>{group.name}</h2>
        <span class="muted mono">{group.id}</span>
        <span class="push muted">
          {primary === undefined ? (
            'It has no members.'
          ) : (
            <>
              New calls go to <strong>{primary.voiceConnectorId}</strong> in <strong>{primary.region}</strong>
            </>
          )}
        </span>
      </header>
      <table class="members">
        <thead>
          <tr>
            <th scope="col" class="number">
              Priority
            </th>
            <th scope="col">Voice Connector</th>
            <th scope="col">Verdict</th>
            <th scope="col" class="number">
              Calls/min
            </th>
            <th scope="col" class="number">
              Failed
            </th>
            <th scope="col" class="number">
              MOS
            </th>
            <th scope="col">Evidence</th>
          </tr>
        </thead>
        <tbody>
          {group.members.map((member) => (
            <Member key={member.voiceConnectorId} member={member} minute={connectors[member.voiceConnectorId]} />
          ))}
        </tbody>
      </table>
      <Decision group={group} run={run} />
    </section>
  );
}

function Member({
  member: { voiceConnectorId, region, priority, verdict },
  minute = { calls: 0, failures: 0 },
}: {
  readonly member: MemberView;
  readonly minute: ConnectorMinuteView | undefined;
}) {
  const likelihood = verdict && likelihoodIn(verdict.reason);
  return (
    <tr>
      <td class="number priority" data-label="Priority">
        {priority ?? 'none'}
      </td>
      <th scope="row" data-label="Voice Connector">
        {voiceConnectorId} <span class="muted">{region}</span>
      </th>
      <td data-label="Verdict">
        <Verdict verdict={verdict} />
      </td>
      <td class="number" data-label="Calls/min">
        {minute.calls}
      </td>
      <td class="number" data-label="Failed">
        {percent(minute.failures, minute.calls)}
      </td>
      <td class="number" data-label="MOS">
        {minute.mos?.toFixed(2) ?? '–'}
      </td>
      <td class="evidence" data-label="Evidence">
        {verdict?.reason ?? 'No decision depends on it now, so the monitor does not read it.'}
        {likelihood === undefined ? null : <Proof likelihood={likelihood} />}
      </td>
    </tr>
  );
}

/** Beyond it, the bar of a likelihood ends. */
const longestProof = 2;

/** On a logarithmic scale from 1 (expected without a fault) to the limit, below which a fault is proven. */
function Proof({ likelihood: { value, limit } }: { readonly likelihood: Likelihood }) {
  const share = value === 0 ? longestProof : Math.log(value) / Math.log(limit);
  const shown = Math.max(0, Math.min(share, longestProof)) / longestProof;
  const isProven = share >= 1;
  return (
    <span
      class={`proof ${isProven ? 'proven' : ''}`}
      role="img"
      aria-label={`${isProven ? 'Proven' : 'Not proven'}: likelihood ${value}, limit ${limit}`}
    >
      <span class="proof-bar" style={{ width: `${shown * 100}%` }} />
      <span class="proof-limit" style={{ left: `${100 / longestProof}%` }} />
    </span>
  );
}

function Decision({ group: { decision }, run }: { readonly group: GroupView; readonly run: RunView }) {
  return (
    <div class="decision">
      {decision === undefined ? (
        <p>The monitor has not run yet.</p>
      ) : (
        <p>
          <span class="tag">{decision.code === undefined ? decision.kind : `${decision.kind}: ${decision.code}`}</span>{' '}
          {decision.reason}
          <span class="muted">
            {' '}
            Mode {decision.mode}
            {run.judgedAt === undefined ? '' : `, judged at ${clockTime(run.judgedAt)}`}.
          </span>
        </p>
      )}
      {run.problem === undefined ? null : (
        <p class="problem" role="status">
          <strong>The last run of the monitor failed.</strong> {run.problem}
        </p>
      )}
    </div>
  );
}
