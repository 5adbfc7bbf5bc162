/** The stream of updates, collected. */
import { useEffect, useState } from 'preact/hooks';
import { updateSchema, type EventView, type MinuteView, type State, type Update } from '../view.ts';

export type Collected = {
  readonly state: State;
  /** Oldest first. */
  readonly minutes: readonly MinuteView[];
  /** Oldest first. */
  readonly events: readonly EventView[];
};

/** As many as the server keeps. */
const maxMinutes = 360;
const maxEvents = 200;

export function useUpdates(): { readonly collected: Collected | undefined; readonly isConnected: boolean } {
  const [collected, setCollected] = useState<Collected | undefined>(undefined);
  const [isConnected, setConnected] = useState(false);
  useEffect(() => {
    const source = new EventSource('/_sim/console/stream');
    source.onopen = () => {
      setConnected(true);
    };
    source.onerror = () => {
      setConnected(false);
    };
    source.onmessage = ({ data }: MessageEvent<string>) => {
      const update = updateSchema.parse(JSON.parse(data));
      setCollected((before) => merged(update.isFirst ? undefined : before, update));
    };
    return () => {
      source.close();
    };
  }, []);
  return { collected, isConnected };
}

/** Unchanged lists stay the same object, so that charts are drawn only when they have something new. */
function merged(before: Collected | undefined, { state, minutes, events }: Update): Collected {
  if (before === undefined) return { state, minutes, events };
  return {
    state,
    minutes: minutes.length === 0 ? before.minutes : [...before.minutes, ...minutes].slice(-maxMinutes),
    events: events.length === 0 ? before.events : [...before.events, ...events].slice(-maxEvents),
  };
}
