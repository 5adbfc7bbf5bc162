/** A button that sends one request: it waits for the answer, and shows a refusal. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

export function ActionButton({
  send,
  label,
  describedBy,
  isOnce = false,
  children,
}: {
  readonly send: () => Promise<void>;
  /** For a screen reader, where the text alone is ambiguous. */
  readonly label?: string;
  readonly describedBy?: string;
  /** Whether it is done with after one success: the next update removes it. */
  readonly isOnce?: boolean;
  readonly children: ComponentChildren;
}) {
  const [problem, setProblem] = useState('');
  const [isWaiting, setWaiting] = useState(false);
  const act = async (): Promise<void> => {
    setProblem('');
    setWaiting(true);
    try {
      await send();
      setWaiting(isOnce);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      setWaiting(false);
    }
  };
  return (
    <>
      <button
        type="button"
        aria-disabled={isWaiting}
        onClick={() => {
          if (!isWaiting) void act();
        }}
        {...(label === undefined ? {} : { 'aria-label': label })}
        {...(describedBy === undefined ? {} : { 'aria-describedby': describedBy })}
      >
        {children}
      </button>
      {problem === '' ? null : (
        <span class="problem" role="alert">
          {problem}
        </span>
      )}
    </>
  );
}
