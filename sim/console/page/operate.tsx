/** The operator's commands, carried out by the deployed function `operate`. */
import { useState } from 'preact/hooks';
import type { GroupView, OperateAnswer } from '../view.ts';
import { operate } from './requests.ts';

/** By action, the further settings of its command. */
const actions = {
  status: [],
  pause: ['until'],
  resume: [],
  pin: ['member', 'until'],
  switchover: ['member'],
  failback: [],
  drill: ['member', 'minutes'],
} as const satisfies Readonly<Record<string, readonly ('member' | 'until' | 'minutes')[]>>;

type Action = keyof typeof actions;

const actionNames: readonly Action[] = ['status', 'pause', 'resume', 'pin', 'switchover', 'failback', 'drill'];

const effects: Readonly<Record<Action, string>> = {
  status: 'What the monitor would decide now, and why. Changes nothing.',
  pause: 'The monitor leaves the group as it is.',
  resume: 'Removes a pause or a pin, or ends a drill.',
  pin: 'Makes this member the primary and keeps it.',
  switchover: 'Makes this member the primary now.',
  failback: 'Restores the preferred order of the policy.',
  drill: 'Moves the group to its standby, watches it, and moves it back.',
};

type Form = {
  readonly action: Action;
  readonly group: string;
  readonly member: string;
  readonly until: string;
  readonly minutes: number;
  readonly reason: string;
  readonly force: string;
};

const emptyForm: Form = {
  action: 'status',
  group: '',
  member: '',
  until: '2h',
  minutes: 15,
  reason: 'trying the console',
  force: '',
};

/** The payload of `operate`, as docs/operate.md describes it. */
function commandOf({ action, member, until, minutes, reason, force }: Form, group: GroupView): object {
  if (action === 'status') return { action, group: group.id };
  const ids = group.members.map(({ voiceConnectorId }) => voiceConnectorId);
  const to = ids.includes(member) ? member : ids[1];
  const rules = force.split(/[\s,]+/).filter((rule) => rule !== '');
  const forced = rules.length === 0 ? {} : { force: rules };
  const common = { action, group: group.id, by: 'console', reason, ...forced };
  switch (action) {
    case 'pause':
      return { ...common, until };
    case 'pin':
      return { ...common, until, order: [to, ...ids.filter((id) => id !== to)] };
    case 'switchover':
      return { ...common, to };
    case 'drill':
      return { ...common, to, minutes };
    case 'resume':
    case 'failback':
      return common;
    default:
      return action satisfies never;
  }
}

export function Operate({ groups }: { readonly groups: readonly GroupView[] }) {
  const [form, setForm] = useState(emptyForm);
  const [answer, setAnswer] = useState<OperateAnswer | 'waiting' | undefined>(undefined);
  const group = groups.find(({ id }) => id === form.group) ?? groups[0];
  if (group === undefined) return null;
  const send = async (): Promise<void> => {
    setAnswer('waiting');
    setAnswer(await operate(commandOf(form, group)));
  };
  return (
    <section class="panel" aria-labelledby="operate">
      <header class="panel-head">
        <h2 id="operate">Operate</h2>
      </header>
      <form
        class="operate"
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <Fields form={form} group={group} groups={groups} onChange={setForm} />
        <p class="muted effect">{effects[form.action]}</p>
        <button type="submit" class="primary" disabled={answer === 'waiting'}>
          {form.action} {group.id}
        </button>
      </form>
      <Answer answer={answer} />
    </section>
  );
}

function Fields({
  form,
  group,
  groups,
  onChange,
}: {
  readonly form: Form;
  readonly group: GroupView;
  readonly groups: readonly GroupView[];
  readonly onChange: (form: Form) => void;
}) {
  return (
    <>
      <Select
        label="Command"
        value={form.action}
        names={actionNames}
        onChange={(action) => {
          onChange({ ...form, action: actionNames.find((name) => name === action) ?? form.action });
        }}
      />
      {groups.length < 2 ? null : (
        <Select
          label="Group"
          value={group.id}
          names={groups.map(({ id }) => id)}
          onChange={(id) => {
            onChange({ ...form, group: id });
          }}
        />
      )}
      <Settings form={form} ids={group.members.map(({ voiceConnectorId }) => voiceConnectorId)} onChange={onChange} />
      {form.action === 'status' ? null : <Texts form={form} onChange={onChange} />}
    </>
  );
}

function Settings({
  form,
  ids,
  onChange,
}: {
  readonly form: Form;
  readonly ids: readonly string[];
  readonly onChange: (form: Form) => void;
}) {
  const asked: readonly string[] = actions[form.action];
  const member = ids.includes(form.member) ? form.member : (ids[1] ?? '');
  return (
    <>
      {asked.includes('member') ? (
        <Select
          label="To"
          value={member}
          names={ids}
          onChange={(id) => {
            onChange({ ...form, member: id });
          }}
        />
      ) : null}
      {asked.includes('until') ? (
        <Select
          label="For"
          value={form.until}
          names={['15m', '30m', '2h', '8h']}
          onChange={(until) => {
            onChange({ ...form, until });
          }}
        />
      ) : null}
      {asked.includes('minutes') ? (
        <Select
          label="Minutes"
          value={String(form.minutes)}
          names={['5', '15', '30']}
          onChange={(minutes) => {
            onChange({ ...form, minutes: Number(minutes) });
          }}
        />
      ) : null}
    </>
  );
}

function Texts({ form, onChange }: { readonly form: Form; readonly onChange: (form: Form) => void }) {
  return (
    <>
      <Text
        label="Reason"
        value={form.reason}
        onInput={(reason) => {
          onChange({ ...form, reason });
        }}
      />
      <Text
        label="Force"
        placeholder="rules that a refusal names"
        value={form.force}
        onInput={(force) => {
          onChange({ ...form, force });
        }}
      />
    </>
  );
}

function Text(field: {
  readonly label: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly onInput: (value: string) => void;
}) {
  return (
    <label>
      <span>{field.label}</span>
      <input
        type="text"
        value={field.value}
        placeholder={field.placeholder ?? ''}
        onInput={(event) => {
          field.onInput(event.currentTarget.value);
        }}
      />
    </label>
  );
}

function Select(field: {
  readonly label: string;
  readonly value: string;
  readonly names: readonly string[];
  readonly onChange: (value: string) => void;
}) {
  return (
    <label>
      <span>{field.label}</span>
      <select
        value={field.value}
        onChange={(event) => {
          field.onChange(event.currentTarget.value);
        }}
      >
        {field.names.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  );
}

function Answer({ answer }: { readonly answer: OperateAnswer | 'waiting' | undefined }) {
  if (answer === undefined) return null;
  if (answer === 'waiting') return <p class="answer muted">Waiting for operate…</p>;
  return (
    <div class={`answer ${answer.isDone ? 'done' : 'refused'}`} role="status">
      <strong>{answer.isDone ? 'Answer' : 'Refused'}</strong>
      <pre tabIndex={0}>{answer.lines.join('\n')}</pre>
    </div>
  );
}
