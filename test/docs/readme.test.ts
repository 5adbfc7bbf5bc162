import { describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { ofType } from '../infrastructure/template.ts';
import { pageText } from './pages.ts';
import { sampleIn, updateSample } from './samples.ts';

type Target = {
  readonly InputTransformer: {
    readonly InputPathsMap: Readonly<Record<string, string>>;
    readonly InputTemplate: string;
  };
};

/** The whole event that docs/events.md shows. */
function documentedFailover(): unknown {
  const [, json = ''] =
    /^### Priority Change Applied\n.*?^```json\n(.*?)^```$/ms.exec(pageText('docs/events.md')) ?? [];
  return JSON.parse(json);
}

/** `$.detail.data.name` in an event. */
function valueAt(event: unknown, path: string): unknown {
  const keys = path.split('.').slice(1);
  return keys.reduce<unknown>((value, key) => (value as Readonly<Record<string, unknown>>)[key], event);
}

/** The rule that reports a failover to the alerts topic. */
function failoverTarget(): Target {
  const rules = ofType('AWS::Events::Rule').filter(([, { EventPattern }]) => {
    const pattern = JSON.stringify(EventPattern ?? {});
    return pattern.includes('"Priority Change Applied"') && pattern.includes('"failover"');
  });
  const targets = rules.flatMap(([, properties]) => properties['Targets'] as readonly Target[]);
  expect(targets).toHaveLength(1);
  return targets[0]!;
}

/** The beginning of what it sends for that event: what happened, why, AWS's answer, what to do. */
function messageFor(event: unknown): string {
  const { InputPathsMap, InputTemplate } = failoverTarget().InputTransformer;
  const lines = InputTemplate.split('\n').map((line) => JSON.parse(line) as string);
  const filled = lines.map((line) =>
    line.replaceAll(/<(\w+)>/g, (_, name: string) => String(valueAt(event, InputPathsMap[name]!))),
  );
  return [...filled.slice(0, 4), '...', ''].join('\n');
}

describe('README.md', () => {
  it('has at most 1,200 words', () => {
    const tokens = pageText('README.md')
      .split(/\s+/)
      .filter((token) => token !== '');
    expect(tokens.length).toBeLessThanOrEqual(1200);
  });

  it('quotes the message that the alerts topic sends about a failover', () => {
    const message = messageFor(documentedFailover());
    updateSample('failover message', message);
    expect(sampleIn(readFileSync('README.md', 'utf8'), 'failover message')).toBe(message);
  });
});
