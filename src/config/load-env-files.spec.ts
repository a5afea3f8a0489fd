import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { temporaryFolder } from '../../test/services/index.js';

it('reads .env.local before .env, and neither over what the environment has', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, '.env'), 'HOST=from-env\nPORT=1\nLOG_LEVEL=warn\n');
  writeFileSync(join(folder, '.env.local'), 'HOST=from-local\nPORT=2\n');
  const module = pathToFileURL(resolve('dist/config/load-env-files.js')).href;
  const script = `import(${JSON.stringify(module)}).then(({ loadEnvFiles }) => {
    loadEnvFiles();
    console.log(JSON.stringify([process.env.HOST, process.env.PORT, process.env.LOG_LEVEL]));
  })`;
  const printed = execFileSync(process.execPath, ['-e', script], {
    cwd: folder,
    env: { HOST: 'from-environment' },
    encoding: 'utf8',
  });
  expect(JSON.parse(printed)).toEqual(['from-environment', '2', 'warn']);
});
