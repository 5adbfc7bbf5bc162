import * as z from 'zod';
import { UnsupportedPolicyError } from './conditions.ts';

/** A template's resources, by logical id, before anything in them is resolved. */
export type Resources = Readonly<
  Record<string, { readonly Type: string; readonly Properties?: Readonly<Record<string, unknown>> | undefined }>
>;

/** The account and Region of a stack. */
export type Place = { readonly accountId: string; readonly region: string };

/**
 * Resolves a value of a CloudFormation template. Resources keep the names that the template gives them.
 *
 * @throws UnsupportedPolicyError for an unsupported intrinsic function, resource type or attribute
 */
export function resolve(value: unknown, resources: Resources, place: Place): unknown {
  if (Array.isArray(value)) return value.map((each: unknown) => resolve(each, resources, place));
  if (typeof value !== 'object' || value === null) return value;
  const members: [string, unknown][] = Object.entries(value);
  const [name, argument] = members.length === 1 && members[0] !== undefined ? members[0] : ['', undefined];
  if (name === 'Ref' || name.startsWith('Fn::')) return new Resolver(resources, place).intrinsic(name, argument);
  return Object.fromEntries(members.map(([key, member]) => [key, resolve(member, resources, place)]));
}

const text = z.string();
const getAtt = z.union([
  z.tuple([text, text]),
  text.transform((path): [string, string] => [path.slice(0, path.indexOf('.')), path.slice(path.indexOf('.') + 1)]),
]);
const sub = z.union([
  text.transform((template): [string, Record<string, unknown>] => [template, {}]),
  z.tuple([text, z.record(text, z.unknown())]),
]);
const join = z.tuple([text, z.array(z.unknown())]);

/** The name property and the ARN of each resource type. `Ref` returns the name. */
const known: Readonly<Record<string, { readonly name: string; readonly arn: (name: string) => string }>> = {
  'AWS::Events::EventBus': { name: 'Name', arn: (name) => `events:event-bus/${name}` },
  'AWS::Events::Rule': { name: 'Name', arn: (name) => `events:rule/${name}` },
  'AWS::Lambda::Function': { name: 'FunctionName', arn: (name) => `lambda:function:${name}` },
  'AWS::SQS::Queue': { name: 'QueueName', arn: (name) => `sqs:${name}` },
};

class Resolver {
  readonly #resources: Resources;
  readonly #place: Place;

  constructor(resources: Resources, place: Place) {
    this.#resources = resources;
    this.#place = place;
  }

  intrinsic(name: string, argument: unknown): string {
    switch (name) {
      case 'Ref':
        return this.#ref(text.parse(argument));
      case 'Fn::GetAtt':
        return this.#attribute(...getAtt.parse(argument));
      case 'Fn::Sub':
        return this.#substituted(...sub.parse(argument));
      case 'Fn::Join': {
        const [separator, parts] = join.parse(argument);
        return parts.map((part) => text.parse(resolve(part, this.#resources, this.#place))).join(separator);
      }
      default:
        throw new UnsupportedPolicyError(`the intrinsic function ${name} is not supported`);
    }
  }

  #ref(id: string): string {
    const { accountId, region } = this.#place;
    switch (id) {
      case 'AWS::AccountId':
        return accountId;
      case 'AWS::Region':
        return region;
      case 'AWS::Partition':
        return 'aws';
      case 'AWS::URLSuffix':
        return 'amazonaws.com';
      default: {
        const { name, type } = this.#named(id);
        return type === 'AWS::SQS::Queue' ? `https://sqs.${region}.amazonaws.com/${accountId}/${name}` : name;
      }
    }
  }

  #attribute(id: string, attribute: string): string {
    const { name, arn } = this.#named(id);
    if (attribute !== 'Arn') throw new UnsupportedPolicyError(`the attribute ${attribute} of ${id} is not supported`);
    const [service = '', ...rest] = arn(name).split(':');
    return ['arn:aws', service, this.#place.region, this.#place.accountId, ...rest].join(':');
  }

  #substituted(template: string, variables: Readonly<Record<string, unknown>>): string {
    return template.replaceAll(/\$\{([^}]+)\}/g, (whole, variable: string) => {
      // `${!Literal}` escapes `${Literal}`.
      if (variable.startsWith('!')) return whole.replace('!', '');
      if (Object.hasOwn(variables, variable))
        return text.parse(resolve(variables[variable], this.#resources, this.#place));
      return variable.includes('.') ? this.#attribute(...getAtt.parse(variable)) : this.#ref(variable);
    });
  }

  #named(id: string) {
    const resource = this.#resources[id];
    if (resource === undefined) throw new UnsupportedPolicyError(`the template has no resource ${id}`);
    const how = known[resource.Type];
    if (how === undefined) throw new UnsupportedPolicyError(`${id} is a ${resource.Type}, which is not supported`);
    const name = resolve(resource.Properties?.[how.name], this.#resources, this.#place);
    if (typeof name !== 'string') throw new UnsupportedPolicyError(`${id} has no ${how.name}: AWS would generate one`);
    return { name, type: resource.Type, arn: how.arn };
  }
}
