/** What every resource of a type gets in the packaged template, also those that the framework makes. */
import type { StageSettings } from '../infra/stage-settings.ts';

type Resource = {
  readonly Type: string;
  Properties?: Record<string, unknown>;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
};

export type Template = { readonly Resources: Readonly<Record<string, Resource>> };

/** Changes the template in place, as the framework's hooks require. */
export function finishTemplate(
  { Resources }: Template,
  { permissionsBoundary }: Pick<StageSettings, 'permissionsBoundary'>,
): void {
  for (const resource of Object.values(Resources)) {
    if (resource.Type === 'AWS::Logs::LogGroup') keep(resource);
    if (resource.Type === 'AWS::IAM::Role' && permissionsBoundary !== undefined) {
      resource.Properties = { ...resource.Properties, PermissionsBoundary: permissionsBoundary };
    }
  }
}

/** Not where the creation of the stack fails: the next attempt would find the name taken. */
function keep(resource: Resource): void {
  resource.DeletionPolicy = 'RetainExceptOnCreate';
  resource.UpdateReplacePolicy = 'Retain';
}
