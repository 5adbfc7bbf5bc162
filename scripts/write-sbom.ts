/** npm run sbom: writes what is shipped, as CycloneDX, from the lock file alone and without the network. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import * as z from 'zod';

const cycloneDx = z.looseObject({
  metadata: z.looseObject({ component: z.looseObject({ 'bom-ref': z.string() }) }),
  components: z.array(
    z.looseObject({ 'bom-ref': z.string(), properties: z.array(z.looseObject({ name: z.string() })).default([]) }),
  ),
  dependencies: z.array(z.looseObject({ ref: z.string(), dependsOn: z.array(z.string()).default([]) })),
});
type CycloneDx = z.output<typeof cycloneDx>;

function everything(): CycloneDx {
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--package-lock-only', '--offline'];
  return cycloneDx.parse(JSON.parse(execFileSync('npm', args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })));
}

/** `npm sbom --omit dev` (11.19) also leaves out a shipped package that a development tool depends on too. */
function withoutDevelopmentTools(sbom: CycloneDx): CycloneDx {
  const components = sbom.components.filter(
    ({ properties }) => !properties.some((property) => property.name === 'cdx:npm:package:development'),
  );
  const shipped = new Set([sbom.metadata.component['bom-ref'], ...components.map((component) => component['bom-ref'])]);
  const dependencies = sbom.dependencies
    .filter(({ ref }) => shipped.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((each) => shipped.has(each)) }));
  return { ...sbom, components, dependencies };
}

const { values } = parseArgs({ options: { out: { type: 'string', default: 'sbom.cdx.json' } } });
const { name } = z.object({ name: z.string() }).parse(JSON.parse(readFileSync('package.json', 'utf8')));
const sbom = withoutDevelopmentTools(everything());
// npm names the component after the folder that the repository was cloned into.
sbom.metadata.component['name'] = name;
writeFileSync(values.out, `${JSON.stringify(sbom, null, 2)}\n`);
console.log(`${sbom.components.length} packages, written to ${values.out}`);
