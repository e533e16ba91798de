import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DEPLOY } from '../folder';
import { grafanaFiles } from './files';

for (const [path, text] of Object.entries(grafanaFiles())) {
  const file = join(DEPLOY, 'grafana', path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
