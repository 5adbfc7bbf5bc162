/** Faults: those in force, and the buttons that add one. */
import { useState } from 'preact/hooks';
import type { FaultOffer, FaultView, Offers } from '../view.ts';
import { ActionButton } from './action.tsx';
import { clockTime } from './format.ts';
import { addFault, heal, healAll } from './requests.ts';

export function Faults({ offers, faults }: { readonly offers: Offers; readonly faults: readonly FaultView[] }) {
  const [region, setRegion] = useState(offers.regions[0] ?? '');
  const [group, setGroup] = useState(offers.groups[0] ?? '');
  const inForce = faults.filter(({ endedAt }) => endedAt === undefined);
  return (
    <section class="panel" aria-labelledby="faults">
      <header class="panel-head">
        <h2 id="faults">Break things</h2>
        <label class="push">
          in <Choice name="Region" value={region} names={offers.regions} onChange={setRegion} />
        </label>
        {offers.groups.length < 2 ? null : (
          <label>
            or <Choice name="Group" value={group} names={offers.groups} onChange={setGroup} />
          </label>
        )}
      </header>
      <InForce faults={inForce} />
      <ul class="offers">
        {offers.faults.map((offer) => (
          <Offer key={offer.fault} offer={offer} at={offer.place === 'region' ? region : group} />
        ))}
      </ul>
    </section>
  );
}

function Choice({
  name,
  value,
  names,
  onChange,
}: {
  readonly name: string;
  readonly value: string;
  readonly names: readonly string[];
  readonly onChange: (name: string) => void;
}) {
  return (
    <select
      aria-label={name}
      value={value}
      onChange={(event) => {
        onChange(event.currentTarget.value);
      }}
    >
      {names.map((each) => (
        <option key={each}>{each}</option>
      ))}
    </select>
  );
}

function Offer({ offer: { fault, title, effect, place }, at }: { readonly offer: FaultOffer; readonly at: string }) {
  const add = () => addFault(fault, place === 'region' ? { region: at } : { group: at });
  return (
    <li>
      <ActionButton send={add} describedBy={`effect-${fault}`}>
        {title} <span class="muted">{at}</span>
      </ActionButton>
      <p id={`effect-${fault}`} class="muted">
        {effect}
      </p>
    </li>
  );
}

function InForce({ faults }: { readonly faults: readonly FaultView[] }) {
  if (faults.length === 0) return <p class="none muted">No fault is in force.</p>;
  return (
    <ul class="in-force" aria-label="Faults in force">
      {faults.map(({ id, title, at, beganAt }) => (
        <li key={id}>
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path d="M9 0L3 9h4l-1 7 7-10H8z" fill="currentColor" />
          </svg>
          <span>
            <strong>{title}</strong> {at} <span class="muted">since {clockTime(beganAt)}</span>
          </span>
          <ActionButton isOnce send={() => heal(id)} label={`Heal ${title} in ${at}`}>
            Heal
          </ActionButton>
        </li>
      ))}
      {faults.length < 2 ? null : (
        <li class="all">
          <ActionButton send={healAll}>Heal everything</ActionButton>
        </li>
      )}
    </ul>
  );
}
