/** schemas/*.json as EventBridge schemas, so that subscribers find them, with bindings, where they find AWS's own. */
const { readdirSync, readFileSync } = require('node:fs');
const { basename, join } = require('node:path');

const folder = join(__dirname, '..', 'schemas');

const schema = (file) => {
  const name = basename(file, '.json');
  return [
    `${name}Schema`,
    {
      Type: 'AWS::EventSchemas::Schema',
      Properties: {
        RegistryName: { 'Fn::GetAtt': ['SchemaRegistry', 'RegistryName'] },
        // As schema discovery names what it finds.
        SchemaName: `voice-connector-failover@${name}`,
        Type: 'JSONSchemaDraft4',
        Content: JSON.stringify(JSON.parse(readFileSync(join(folder, file), 'utf8'))),
      },
    },
  ];
};

module.exports = {
  Resources: {
    SchemaRegistry: {
      Type: 'AWS::EventSchemas::Registry',
      Properties: { RegistryName: '${self:custom.busName}', Description: 'Every event of the failover monitor' },
    },
    ...Object.fromEntries(readdirSync(folder).map(schema)),
  },
};
