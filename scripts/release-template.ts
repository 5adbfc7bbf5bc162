/** The template of a release: what the framework packages, without the bucket that the framework fills, so that anything can deploy it. */
import * as z from 'zod';

const packagedSchema = z.looseObject({
  Resources: z.record(
    z.string(),
    z.looseObject({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).optional() }),
  ),
  Outputs: z.record(z.string(), z.object({ Description: z.string().optional(), Value: z.unknown() })),
});

type Packaged = z.output<typeof packagedSchema>;

type Resource = Packaged['Resources'][string];

const deploymentBucket = 'ServerlessDeploymentBucket';

const codeSchema = z.object({ S3Key: z.string().regex(/[^/]\.zip$/) });

function withOwnCode(resource: Resource): Resource {
  if (resource.Type !== 'AWS::Lambda::Function') return resource;
  const { S3Key } = codeSchema.parse(resource.Properties?.['Code']);
  const file = S3Key.slice(S3Key.lastIndexOf('/') + 1);
  const Code = { S3Bucket: { Ref: 'ArtefactBucket' }, S3Key: { 'Fn::Sub': `\${ArtefactPrefix}${file}` } };
  return { ...resource, Properties: { ...resource.Properties, Code } };
}

/** @throws ZodError if it is not a template as the framework packages it */
export function releaseTemplate(packaged: unknown): unknown {
  const { Resources, Outputs, ...others } = packagedSchema.parse(packaged);
  return {
    ...others,
    Parameters: {
      ArtefactBucket: {
        Type: 'String',
        Description: 'The S3 bucket with the .zip files of this release, in the Region of the stack',
      },
      ArtefactPrefix: {
        Type: 'String',
        Description:
          'What the keys of the .zip files begin with. CloudFormation deploys new code only under a new key, so name the version in it: voice/0.1.0/',
        AllowedPattern: '^[A-Za-z0-9!_.*()-]([A-Za-z0-9!_.*()/-]*/)$',
      },
    },
    Resources: Object.fromEntries(
      Object.entries(Resources)
        .filter(([id]) => !id.startsWith(deploymentBucket))
        .map(([id, resource]) => [id, withOwnCode(resource)]),
    ),
    // Names of exports are for the framework, and unique in an account.
    Outputs: Object.fromEntries(
      Object.entries(Outputs)
        .filter(([id]) => !id.startsWith(deploymentBucket))
        .map(([id, { Description, Value }]) => [id, { Description, Value }]),
    ),
  };
}
