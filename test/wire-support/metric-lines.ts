/** The datapoints that CloudWatch Logs would create from log lines in the embedded metric format. */

type Directive = {
  readonly Namespace: string;
  readonly Dimensions: readonly (readonly string[])[];
  readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
};

type Document = Readonly<Record<string, unknown>> & {
  readonly _aws: { readonly Timestamp: number; readonly CloudWatchMetrics: readonly Directive[] };
};

export type Datapoint = {
  readonly namespace: string;
  readonly name: string;
  readonly unit: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
  readonly at: number;
};

function memberOf(document: Document, name: string): unknown {
  if (!Object.hasOwn(document, name)) throw new Error(`${name} is not a member of ${JSON.stringify(document)}`);
  return document[name];
}

/** @throws Error for a document that declares a metric or a dimension without a value */
export function datapointsIn(lines: readonly string[]): readonly Datapoint[] {
  return lines
    .filter((line) => line.startsWith('{"_aws"'))
    .map((line) => JSON.parse(line) as Document)
    .flatMap((document) =>
      document._aws.CloudWatchMetrics.flatMap(({ Namespace: namespace, Dimensions, Metrics }) =>
        Dimensions.flatMap((names) =>
          Metrics.map(({ Name: name, Unit: unit }) => ({
            namespace,
            name,
            unit,
            dimensions: Object.fromEntries(names.map((each) => [each, memberOf(document, each) as string])),
            value: memberOf(document, name) as number,
            at: document._aws.Timestamp,
          })),
        ),
      ),
    );
}

/** `Name{Dimension=value}: value`. */
export function formatDatapoint({ name, dimensions, value }: Datapoint): string {
  const set = Object.entries(dimensions).map(([key, each]) => `${key}=${each}`);
  return `${name}{${set.join(',')}}: ${value}`;
}
