import type { Offers } from '../view.ts';
import { Charts } from './charts.tsx';
import { Clock } from './clock.tsx';
import { Events } from './events.tsx';
import { Faults } from './faults.tsx';
import { Group } from './groups.tsx';
import { Operate } from './operate.tsx';
import { useUpdates } from './updates.ts';

export function App({ offers }: { readonly offers: Offers }) {
  const { collected, isConnected } = useUpdates();
  if (collected === undefined) return <p class="loading">Waiting for the local AWS…</p>;
  const { state, minutes, events } = collected;
  const connectors = minutes.at(-1)?.connectors ?? {};
  return (
    <>
      <header class="top">
        <h1>
          Voice Connector failover <span class="muted">local AWS</span>
        </h1>
        <Clock state={state} isConnected={isConnected} />
      </header>
      <main>
        <div class="watch">
          {state.groups.map((group) => (
            <Group key={group.id} group={group} connectors={connectors} run={state.run} />
          ))}
          <Charts minutes={minutes} events={events} faults={state.faults} now={state.now} />
          <Events events={events} />
        </div>
        <div class="act">
          <Faults offers={offers} faults={state.faults} />
          <Operate groups={state.groups} />
        </div>
      </main>
    </>
  );
}
