/** The stream of events, newest first; each opens to the message of the on-call person and to the record. */
import { useState } from 'preact/hooks';
import type { EventView } from '../view.ts';
import { clockTime } from './format.ts';

export function Events({ events }: { readonly events: readonly EventView[] }) {
  const [onlyMessages, setOnlyMessages] = useState(false);
  const shown = events.filter(({ message }) => !onlyMessages || message.length > 0).toReversed();
  const latest = events.findLast(({ message }) => message.length > 0);
  return (
    <section class="panel events-panel" aria-labelledby="events">
      <header class="panel-head">
        <h2 id="events">Events</h2>
        <label class="push">
          <input
            type="checkbox"
            checked={onlyMessages}
            onChange={(event) => {
              setOnlyMessages(event.currentTarget.checked);
            }}
          />{' '}
          only those that message a person
        </label>
      </header>
      <p class="hidden" role="status">
        {latest?.message[0] ?? ''}
      </p>
      {shown.length === 0 ? <p class="none muted">None yet.</p> : null}
      <ol class="events">
        {shown.map((event) => (
          <Event key={event.id} event={event} />
        ))}
      </ol>
    </section>
  );
}

function Event({ event: { at, type, headline, message, record } }: { readonly event: EventView }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <li>
      <details
        onToggle={(event) => {
          setOpen(event.currentTarget.open);
        }}
      >
        <summary>
          <time class="mono">{clockTime(at)}</time>
          <span class={`type ${message.length > 0 ? 'messaged' : ''}`}>
            <svg viewBox="0 0 16 16" aria-hidden="true">
              {message.length > 0 ? (
                <path
                  d="M8 1a4.5 4.5 0 0 0-4.5 4.5V9L2 12h12l-1.5-3V5.5A4.5 4.5 0 0 0 8 1zM6 13a2 2 0 0 0 4 0z"
                  fill="currentColor"
                />
              ) : (
                <circle cx="8" cy="8" r="3" fill="currentColor" />
              )}
            </svg>
            {type}
            {message.length > 0 ? <span class="hidden">, messages a person</span> : null}
          </span>
          <span class="headline">{headline}</span>
        </summary>
        {isOpen ? <Opened message={message} record={record} /> : null}
      </details>
    </li>
  );
}

function Opened({ message, record }: Pick<EventView, 'message' | 'record'>) {
  return (
    <div class="opened">
      <h3>Message to the on-call person</h3>
      {message.length === 0 ? (
        <p class="muted">None: this event is only recorded.</p>
      ) : (
        <div class="message">
          {message.map((line) => (
            <p key={line}>{line}</p>
          ))}
        </div>
      )}
      <h3>Record</h3>
      <pre tabIndex={0} role="region" aria-label="Record of the event">
        {JSON.stringify(record, null, 2)}
      </pre>
    </div>
  );
}
