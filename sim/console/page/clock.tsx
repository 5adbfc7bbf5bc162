/** The simulated time, its speed, and the traffic. */
import type { State } from '../view.ts';
import { dateAndTime } from './format.ts';
import { change } from './requests.ts';

const speeds = [0, 1, 10, 60, 300] as const;
const callsFactors = [0, 0.5, 1, 2, 4] as const;

export function Clock({ state, isConnected }: { readonly state: State; readonly isConnected: boolean }) {
  return (
    <div class="clock">
      <span class="time">
        <time class="mono">{dateAndTime(state.now)}</time> <span class="muted">UTC, simulated</span>
      </span>
      <Choices
        legend="Clock"
        values={withValue(speeds, state.speed)}
        value={state.speed}
        label={(speed) => (speed === 0 ? 'Stop' : `${speed}×`)}
        onChoose={(speed) => void change({ speed })}
      />
      <Choices
        legend="Calls"
        values={withValue(callsFactors, state.callsFactor)}
        value={state.callsFactor}
        label={(factor) => `${factor}×`}
        onChoose={(callsFactor) => void change({ callsFactor })}
      />
      <Connection isConnected={isConnected} />
    </div>
  );
}

function Connection({ isConnected }: { readonly isConnected: boolean }) {
  return (
    <span class={`connection ${isConnected ? '' : 'lost'}`} role="status">
      {isConnected ? 'live' : 'not connected'}
    </span>
  );
}

/** Of an account: when it was read, and that nothing can be changed here. */
export function ReadAt({ state, isConnected }: { readonly state: State; readonly isConnected: boolean }) {
  return (
    <div class="clock">
      <span class="time">
        read-only, as read at <time class="mono">{dateAndTime(state.now)}</time> <span class="muted">UTC</span>
      </span>
      <Connection isConnected={isConnected} />
      {state.unread === undefined ? null : (
        <p class="problem" role="alert">
          <strong>The account could not be read.</strong> {state.unread}
        </p>
      )}
    </div>
  );
}

/** The value may have been set by curl or on the command line. */
function withValue(values: readonly number[], value: number): readonly number[] {
  return values.includes(value) ? values : [...values, value].sort((a, b) => a - b);
}

function Choices({
  legend,
  values,
  value,
  label,
  onChoose,
}: {
  readonly legend: string;
  readonly values: readonly number[];
  readonly value: number;
  readonly label: (value: number) => string;
  readonly onChoose: (value: number) => void;
}) {
  return (
    <fieldset class="choices">
      <legend>{legend}</legend>
      {values.map((each) => (
        <label key={each}>
          <input
            type="radio"
            name={legend}
            checked={each === value}
            onChange={() => {
              onChoose(each);
            }}
          />
          <span>{label(each)}</span>
        </label>
      ))}
    </fieldset>
  );
}
