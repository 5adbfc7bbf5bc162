/** `npm run schemas` writes schemas/ again. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { eventSchemas } from './event-schemas.ts';

const folder = `${import.meta.dirname}/../schemas`;
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
for (const [file, text] of eventSchemas()) writeFileSync(`${folder}/${file}`, text);
