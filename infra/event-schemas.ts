/** schemas/*.json in an EventBridge schema registry, where subscribers find them beside those of AWS and can download code bindings. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { eventSource } from '../lib/events/event.ts';

const folder = join(import.meta.dirname, '..', 'schemas');

function schemaResource(file: string): readonly [string, object] {
  const name = basename(file, '.json');
  const content: unknown = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  return [
    `${name}Schema`,
    {
      Type: 'AWS::EventSchemas::Schema',
      Properties: {
        RegistryName: { 'Fn::GetAtt': ['SchemaRegistry', 'RegistryName'] },
        // The form of the names that EventBridge's own schema discovery gives.
        SchemaName: `${eventSource}@${name}`,
        Type: 'JSONSchemaDraft4',
        Content: JSON.stringify(content),
      },
    },
  ];
}

export const eventSchemaResources = {
  Resources: {
    SchemaRegistry: {
      Type: 'AWS::EventSchemas::Registry',
      Properties: {
        RegistryName: '${self:custom.busName}',
        Description: 'Schemas of every event that the failover controller publishes',
      },
    },
    ...Object.fromEntries(readdirSync(folder).map(schemaResource)),
  },
};
