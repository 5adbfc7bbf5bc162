import * as z from 'zod';
import type { EpochMs } from '../clock.ts';
import { clientError } from './errors.ts';
import { listingName, pageOf, type Page } from './paging.ts';

export type ParameterType = 'String' | 'StringList' | 'SecureString';

export type Parameter = {
  readonly name: string;
  readonly type: ParameterType;
  readonly value: string;
  /** Starts at 1 and increases with each overwrite. */
  readonly version: number;
  readonly lastModifiedAt: EpochMs;
};

const mostVersions = 100;

export const parametersSchema = z.array(
  z.object({
    region: z.string(),
    name: z.string(),
    type: z.enum(['String', 'StringList', 'SecureString']),
    value: z.string(),
    version: z.number(),
    lastModifiedAt: z.number(),
  }),
);

/** Systems Manager's Parameter Store, per Region. */
export class Parameters {
  readonly #now: () => EpochMs;
  readonly #parameters = new Map<string, Map<string, Parameter>>();
  /** What an overwrite replaced, newest last, while the parameter exists. AWS keeps 100 versions. */
  readonly #replaced = new Map<Parameter, readonly Parameter[]>();

  constructor(dependencies: { readonly now: () => EpochMs }) {
    this.#now = dependencies.now;
  }

  /** @throws ParameterAlreadyExists unless `overwrite`; ValidationException for a name or value that AWS rejects. */
  put(
    region: string,
    request: {
      readonly name: string;
      readonly value: string;
      readonly type?: ParameterType | undefined;
      readonly overwrite?: boolean | undefined;
    },
  ): Parameter {
    const { name, value, overwrite = false } = request;
    requireName(name);
    requireValue(value);
    const known = this.#inRegion(region).get(name);
    if (known && !overwrite) {
      throw clientError(
        'ParameterAlreadyExists',
        'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
      );
    }
    const type = request.type ?? known?.type;
    if (type === undefined) throw validation('A parameter type is required when you create a parameter.');
    const parameter = { name, type, value, version: (known?.version ?? 0) + 1, lastModifiedAt: this.#now() };
    this.#inRegion(region).set(name, parameter);
    if (known !== undefined) this.#keepVersion(known, parameter);
    return parameter;
  }

  #keepVersion(known: Parameter, parameter: Parameter): void {
    this.#replaced.set(parameter, [...(this.#replaced.get(known) ?? []), known].slice(1 - mostVersions));
    this.#replaced.delete(known);
  }

  /**
   * @param selected a name, or one of its versions as `name:3`
   * @throws ParameterNotFound; ParameterVersionNotFound
   */
  get(region: string, selected: string): Parameter {
    const [, name = selected, version] = /^(.*):(\d+)$/.exec(selected) ?? [];
    const parameter = this.#inRegion(region).get(name);
    if (!parameter) throw notFound(name);
    if (version === undefined) return parameter;
    const versions = [...(this.#replaced.get(parameter) ?? []), parameter];
    const found = versions.find((each) => each.version === Number(version));
    if (found === undefined) {
      throw clientError('ParameterVersionNotFound', `Systems Manager could not find version ${version} of ${name}.`);
    }
    return found;
  }

  /** @throws ParameterNotFound */
  delete(region: string, name: string): void {
    const parameters = this.#inRegion(region);
    const known = parameters.get(name);
    if (known === undefined) throw notFound(name);
    parameters.delete(name);
    this.#replaced.delete(known);
  }

  /**
   * The parameters below `path`: its direct children, or all descendants if `recursive`. Empty for an unknown path.
   *
   * @throws ValidationException for a path without its leading slash or a page size outside 1..10; InvalidNextToken.
   */
  byPath(
    region: string,
    request: {
      readonly path: string;
      readonly recursive?: boolean | undefined;
      readonly maxResults?: number | undefined;
      readonly nextToken?: string | undefined;
    },
  ): Page<Parameter> {
    const { path, recursive = false, maxResults = 10, nextToken } = request;
    if (!/^\/[a-zA-Z0-9_./-]*$/.test(path)) {
      throw validation('The parameter path must begin with "/" and use letters, digits, ".", "-", "_" and "/" only.');
    }
    if (!Number.isInteger(maxResults) || maxResults < 1 || maxResults > 10) {
      throw validation(`MaxResults must be between 1 and 10, not ${maxResults}.`);
    }
    const below = path.endsWith('/') ? path : `${path}/`;
    const found = this.all(region).filter(
      ({ name }) => name.startsWith(below) && (recursive || !name.slice(below.length).includes('/')),
    );
    return pageOf(found, {
      listing: listingName('GetParametersByPath', region, below, recursive),
      nextToken,
      size: maxResults,
      refuse: () => clientError('InvalidNextToken', 'The specified token is not valid.'),
    });
  }

  /** Every parameter of a Region, by name. */
  all(region: string): readonly Parameter[] {
    return [...this.#inRegion(region).values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  kept(): z.output<typeof parametersSchema> {
    return this.regions().flatMap((region) => this.all(region).map((parameter) => ({ region, ...parameter })));
  }

  restore(parameters: z.output<typeof parametersSchema>): void {
    this.#parameters.clear();
    for (const { region, ...parameter } of parameters) this.#inRegion(region).set(parameter.name, parameter);
  }

  regions(): readonly string[] {
    return [...this.#parameters.keys()];
  }

  #inRegion(region: string): Map<string, Parameter> {
    const known = this.#parameters.get(region);
    if (known) return known;
    const parameters = new Map<string, Parameter>();
    this.#parameters.set(region, parameters);
    return parameters;
  }
}

function validation(message: string) {
  return clientError('ValidationException', message);
}
function notFound(name: string) {
  return clientError('ParameterNotFound', `Parameter ${name} not found.`);
}

/** Allows letters, digits and `.-_/`. A hierarchy starts with a slash, has at most 15 levels and does not start with aws or ssm. */
function requireName(name: string): void {
  if (!/^[a-zA-Z0-9_.-]+$|^(\/[a-zA-Z0-9_.-]+)+$/.test(name)) {
    throw validation(
      'Parameter name must be a fully qualified name: only a mix of letters, numbers and the symbols ".", "-", "_" and "/".',
    );
  }
  if (/^\/?(aws|ssm)/i.test(name))
    throw validation('Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).');
  if (name.split('/').length - 1 > 15) {
    throw clientError('HierarchyLevelLimitExceededException', 'A hierarchy can have a maximum of 15 levels.');
  }
}

/** Standard parameters hold up to 4 KB. */
function requireValue(value: string): void {
  if (value === '') throw validation("Value at 'value' must have length greater than or equal to 1.");
  if (Buffer.byteLength(value) > 4096) {
    throw validation('Standard tier parameters support a maximum parameter value of 4096 characters.');
  }
}
