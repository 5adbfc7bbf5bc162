/** A verdict by word and shape, so that nobody needs the colour. */
import type { JSX } from 'preact';
import type { Health, VerdictView } from '../view.ts';

/** In a square of 16. */
const shapes: Readonly<Record<Health, JSX.Element>> = {
  healthy: (
    <>
      <circle cx="8" cy="8" r="7" fill="currentColor" />
      <path d="M4.5 8.3l2.4 2.4 4.6-5" fill="none" stroke="var(--panel)" stroke-width="1.8" />
    </>
  ),
  degraded: (
    <>
      <path d="M8 1.2l7.2 13.3H.8z" fill="currentColor" />
      <path d="M8 6v4M8 11.6v1.6" stroke="var(--panel)" stroke-width="1.8" />
    </>
  ),
  unhealthy: (
    <>
      <path d="M5 1h6l4 4v6l-4 4H5l-4-4V5z" fill="currentColor" />
      <path d="M5.3 5.3l5.4 5.4M10.7 5.3l-5.4 5.4" stroke="var(--panel)" stroke-width="1.8" />
    </>
  ),
  unknown: <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="1.8" stroke-dasharray="3 2.3" />,
};

export function HealthMark({ health, label }: { readonly health: Health; readonly label: string }) {
  return (
    <span class={`health ${health}`}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        {shapes[health]}
      </svg>
      {label}
    </span>
  );
}

export function Verdict({ verdict }: { readonly verdict: VerdictView | undefined }) {
  if (verdict === undefined) return <HealthMark health="unknown" label="not read" />;
  const cause = verdict.cause === undefined ? '' : ` (${verdict.cause})`;
  return <HealthMark health={verdict.health} label={`${verdict.health}${cause}`} />;
}
