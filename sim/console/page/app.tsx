import type { Offers } from '../view.ts';
import { Charts } from './charts.tsx';
import { Clock, ReadAt } from './clock.tsx';
import { Events } from './events.tsx';
import { Faults } from './faults.tsx';
import { Group } from './groups.tsx';
import { Operate } from './operate.tsx';
import { useUpdates } from './updates.ts';

export function App({ offers }: { readonly offers: Offers }) {
  const { collected, isConnected } = useUpdates();
  if (collected === undefined) return <p class="loading">Waiting for {offers.account ?? 'the local AWS'}…</p>;
  const { state, minutes, events } = collected;
  const connectors = minutes.at(-1)?.connectors ?? {};
  return (
    <>
      <header class="top">
        <h1>
          Voice Connector failover <span class="muted">{offers.account ?? 'local AWS'}</span>
        </h1>
        {offers.account === undefined ? (
          <Clock state={state} isConnected={isConnected} />
        ) : (
          <ReadAt state={state} isConnected={isConnected} />
        )}
      </header>
      <main class={offers.account === undefined ? '' : 'read-only'}>
        <div class="watch">
          {state.groups.length === 0 ? (
            <p class="panel none muted">The monitor decided nothing in the last ten minutes.</p>
          ) : null}
          {state.groups.map((group) => (
            <Group key={group.id} group={group} connectors={connectors} run={state.run} />
          ))}
          <Charts minutes={minutes} events={events} faults={state.faults} now={state.now} />
          <Events events={events} />
        </div>
        {offers.account === undefined ? (
          <div class="act">
            <Faults offers={offers} faults={state.faults} />
            <Operate groups={state.groups} />
          </div>
        ) : null}
      </main>
    </>
  );
}
