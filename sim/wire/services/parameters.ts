import * as z from 'zod';
import { accountId } from '../../account/account.ts';
import { clientError } from '../../account/errors.ts';
import type { Parameter } from '../../account/parameters.ts';
import { defined, operation, type Operation } from '../operation.ts';

function refuse(message: string) {
  return clientError('SerializationException', message);
}
const decryption = { WithDecryption: z.boolean().default(false) };

const byPath = z.object({
  Path: z.string(),
  Recursive: z.boolean().optional(),
  ParameterFilters: z.array(z.unknown()).max(0, 'parameter filters are not simulated').optional(),
  MaxResults: z.number().optional(),
  NextToken: z.string().optional(),
  ...decryption,
});

const put = z.object({
  Name: z.string(),
  Value: z.string(),
  Type: z.enum(['String', 'StringList', 'SecureString']).optional(),
  Overwrite: z.boolean().optional(),
});

/** The operations of Parameter Store, by name. */
export const parameterOperations: Readonly<Record<string, Operation>> = {
  GetParametersByPath: operation(byPath, refuse, (input, { account, region }) => {
    const { items, nextToken } = account.parameters.byPath(region, {
      path: input.Path,
      recursive: input.Recursive,
      maxResults: input.MaxResults,
      nextToken: input.NextToken,
    });
    return defined({
      Parameters: items.map((each) => parameterView(each, region, input.WithDecryption)),
      NextToken: nextToken,
    });
  }),
  GetParameter: operation(z.object({ Name: z.string(), ...decryption }), refuse, (input, { account, region }) => ({
    Parameter: parameterView(account.parameters.get(region, input.Name), region, input.WithDecryption),
  })),
  PutParameter: operation(put, refuse, ({ Name, Value, Type, Overwrite }, { account, region }) => {
    const { version } = account.parameters.put(region, { name: Name, value: Value, type: Type, overwrite: Overwrite });
    return { Version: version, Tier: 'Standard' };
  }),
  DeleteParameter: operation(z.object({ Name: z.string() }), refuse, (input, { account, region }) => {
    account.parameters.delete(region, input.Name);
  }),
};

function parameterView(
  { name, type, value, version, lastModifiedAt }: Parameter,
  region: string,
  isDecrypted: boolean,
) {
  return {
    Name: name,
    Type: type,
    Value: type === 'SecureString' && !isDecrypted ? Buffer.from(`encrypted ${value}`).toString('base64') : value,
    Version: version,
    LastModifiedDate: new Date(lastModifiedAt),
    ARN: `arn:aws:ssm:${region}:${accountId}:parameter/${name.replace(/^\//, '')}`,
    DataType: 'text',
  };
}
