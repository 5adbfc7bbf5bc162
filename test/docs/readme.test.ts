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

/** What the rule sends to the alerts topic for that event. */
function messageOf(ruleId: string, event: unknown): string {
  const [, properties] = ofType('AWS::Events::Rule').find(([id]) => id === ruleId)!;
  const [{ InputTransformer }] = properties['Targets'] as readonly [Target];
  const { InputPathsMap, InputTemplate } = InputTransformer;
  const lines = InputTemplate.split('\n').map((line) => JSON.parse(line) as string);
  return lines
    .map((line) => line.replaceAll(/<(\w+)>/g, (_, name: string) => String(valueAt(event, InputPathsMap[name]!))))
    .join('\n');
}

describe('README.md', () => {
  it('has at most 1,200 words', () => {
    const words = pageText('README.md')
      .split(/\s+/)
      .filter((word) => word !== '');
    expect(words.length).toBeLessThanOrEqual(1200);
  });

  it('quotes the message that the alerts topic sends about a failover', () => {
    const message = `${messageOf('FailoverAppliedRule', documentedFailover())}\n`;
    updateSample('FailoverAppliedRule', message);
    expect(sampleIn(readFileSync('README.md', 'utf8'), 'FailoverAppliedRule')).toBe(message);
  });
});
